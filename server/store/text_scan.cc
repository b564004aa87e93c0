#include "server/store/text_scan.h"

#include <sqlite3.h>

#include <cstddef>
#include <string_view>

#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::Sequence;

TextScan::TextScan(SQLite::Database& database) : texts_(Prepare(database, this)) {
}

SQLite::Statement TextScan::Prepare(SQLite::Database& database, TextScan* scan) {
  database.createFunction("look", 2, false, scan, Look);
  return {database,
          "SELECT seq FROM messages WHERE room = ? AND seq < ? AND seq >= ? AND look(seq, text)"
          " ORDER BY seq DESC"};
}

// True ends the statement's run over the table for now: the message has all words, or the step is done.
// An exception must not leave through SQLite: want of memory ends the program here.
void TextScan::Look(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) noexcept {
  auto& scan = *static_cast<TextScan*>(sqlite3_user_data(context));
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[1]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[1]));
  scan.matches_ = scan.search_->Looks(static_cast<Sequence>(sqlite3_value_int64(arguments[0])), {text, size});
  sqlite3_result_int(context, scan.matches_ || !scan.search_->GoesOn() ? 1 : 0);
}

void TextScan::Step(Search& search, std::int64_t room, Sequence before, Sequence oldest,
                    const std::function<void(Sequence)>& found) {
  search_ = &search;
  const InUse in_use(texts_);
  texts_.bind(1, room);
  texts_.bind(2, Signed(before));
  texts_.bind(3, Signed(oldest));
  search.BeginStep();
  while (search.GoesOn()) {
    if (!texts_.executeStep()) {
      search.End();
    } else if (matches_) {
      found(NumberIn(texts_, 0));
    }
  }
}

}  // namespace parley
