// TextScan feeds the texts of a room's messages to a Search, straight from the table `messages`.
//
// SQLite calls it for each message, through a function in the statement. A row of a result for each message
// would take twice as long. Its functions throw SQLite::Exception. MessageTable uses it on its thread.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>

#include "server/store/search.h"

struct sqlite3_context;
struct sqlite3_value;

namespace parley {

class TextScan {
 public:
  explicit TextScan(SQLite::Database& database);
  TextScan(const TextScan&) = delete;
  TextScan& operator=(const TextScan&) = delete;

  // One step: shows the messages of the room from `before` - 1 down to `oldest`, and calls `found` with the
  // number of each that has all words.
  void Step(Search& search, std::int64_t room, protocol::Sequence before, protocol::Sequence oldest,
            const std::function<void(protocol::Sequence)>& found);

 private:
  static SQLite::Statement Prepare(SQLite::Database& database, TextScan* scan);
  static void Look(sqlite3_context* context, int count, sqlite3_value** arguments) noexcept;

  Search* search_ = nullptr;  // of the step that is under way
  bool matches_ = false;      // what it looked at last
  SQLite::Statement texts_;
};

}  // namespace parley
