#include "server/store/change_table.h"

#include <algorithm>
#include <utility>

#include "server/store/apply_change.h"
#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::Sequence;

// Changes are far rarer than messages: their statements are compiled each time.
template <typename... Values>
int ChangeTable::Run(const char* sql, const Values&... values) {
  SQLite::Statement statement(database_, sql);
  int index = 0;
  (statement.bind(++index, values), ...);
  return statement.exec();
}

// The message of the row that find_ is at.
class ChangeTable::Row : public StoredMessage {
 public:
  Row(ChangeTable& table, std::int64_t room)
      : table_(table), room_(room), seq_(table.find_.getColumn(0).getInt64()) {
    facts_.author_key = TextIn(table.find_, 6);
    facts_.text = TextIn(table.find_, 4);
    facts_.deleted = table.find_.getColumn(11).getInt() != 0;
    more_ = table.find_.getColumn(12).getInt();
    facts_.has_file = (more_ & kHasFile) != 0;
    if ((more_ & kHasPoll) != 0) ReadPoll();
  }

  [[nodiscard]] const Facts& facts() const override { return facts_; }

  void SetText(const std::string& text, WallTime edited) override {
    Run("UPDATE messages SET text = ?3, edited = ?4 WHERE room = ?1 AND seq = ?2", text,
        Milliseconds(edited));
  }

  void Erase() override {
    for (const char* const table : {"reaction_emoji", "reactions", "polls", "poll_options", "votes"}) {
      Run((std::string("DELETE FROM ") + table + " WHERE room = ? AND seq = ?").c_str());
    }
    Run("UPDATE messages SET text = '', edited = 0, deleted = 1, more = 0 WHERE room = ? AND seq = ?");
  }

  [[nodiscard]] bool Reacts(const std::string& emoji, const std::string& who) override {
    const auto place = PlaceOf(emoji);
    return place && Count(
                        "SELECT count(*) FROM reactions WHERE room = ?1 AND seq = ?2 AND place = ?3"
                        " AND author = ?4",
                        *place, who) > 0;
  }
  [[nodiscard]] std::size_t EmojiCount() override {
    return static_cast<std::size_t>(
        Count("SELECT count(*) FROM reaction_emoji WHERE room = ?1 AND seq = ?2"));
  }
  [[nodiscard]] bool HasEmoji(const std::string& emoji) override { return PlaceOf(emoji).has_value(); }

  void SetReaction(const std::string& emoji, const std::string& who, bool on) override {
    if (on) {
      AddReaction(emoji, who);
    } else {
      RemoveReaction(*PlaceOf(emoji), who);
    }
  }

  [[nodiscard]] std::vector<std::size_t> ChoicesOf(const std::string& who) override {
    return table_.rows_.ChoicesOf(room_, static_cast<Sequence>(seq_), who);
  }

  void SetChoices(const std::string& who, const std::vector<std::size_t>& choices) override {
    const auto before = ChoicesOf(who);
    AddToCounts(before, -1);
    AddToCounts(choices, +1);
    const int voters = (choices.empty() ? 0 : 1) - (before.empty() ? 0 : 1);
    Run("UPDATE polls SET voters = voters + ?3 WHERE room = ?1 AND seq = ?2", voters);
    if (choices.empty()) {
      Run("DELETE FROM votes WHERE room = ?1 AND seq = ?2 AND voter = ?3", who);
    } else {
      Run("INSERT INTO votes (room, seq, voter, choices) VALUES (?1, ?2, ?3, ?4)"
          " ON CONFLICT DO UPDATE SET choices = excluded.choices",
          who, BitsOf(choices));
    }
  }

  void ClosePoll() override { Run("UPDATE polls SET closed = 1 WHERE room = ?1 AND seq = ?2"); }

 private:
  template <typename... Values>
  int Run(const char* sql, const Values&... values) {
    return table_.Run(sql, room_, seq_, values...);
  }
  template <typename... Values>
  std::int64_t Count(const char* sql, const Values&... values) {
    SQLite::Statement statement(table_.database_, sql);
    statement.bind(1, room_);
    statement.bind(2, seq_);
    int index = 2;
    (statement.bind(++index, values), ...);
    statement.executeStep();
    return statement.getColumn(0).getInt64();
  }
  void AddToCounts(const std::vector<std::size_t>& choices, int step) {
    for (const std::size_t choice : choices) {
      Run("UPDATE poll_options SET count = count + ?4 WHERE room = ?1 AND seq = ?2 AND place = ?3",
          Signed(choice), step);
    }
  }

  void ReadPoll() {
    SQLite::Statement poll(table_.database_,
                           "SELECT multiple, closed, (SELECT count(*) FROM poll_options"
                           "   WHERE room = polls.room AND seq = polls.seq)"
                           " FROM polls WHERE room = ? AND seq = ?");
    poll.bind(1, room_);
    poll.bind(2, seq_);
    if (!poll.executeStep()) return;
    facts_.poll = PollFacts{.options = NumberIn(poll, 2),
                            .multiple = poll.getColumn(0).getInt() != 0,
                            .closed = poll.getColumn(1).getInt() != 0};
  }

  [[nodiscard]] std::optional<std::int64_t> PlaceOf(const std::string& emoji) {
    SQLite::Statement find(table_.database_,
                           "SELECT place FROM reaction_emoji WHERE room = ? AND seq = ? AND emoji = ?");
    find.bind(1, room_);
    find.bind(2, seq_);
    find.bind(3, emoji);
    if (!find.executeStep()) return std::nullopt;
    return find.getColumn(0).getInt64();
  }

  void AddReaction(const std::string& emoji, const std::string& who) {
    auto place = PlaceOf(emoji);
    if (!place) {
      place = Count("SELECT ifnull(max(place), 0) + 1 FROM reaction_emoji WHERE room = ?1 AND seq = ?2");
      Run("INSERT INTO reaction_emoji (room, seq, place, emoji, count) VALUES (?1, ?2, ?3, ?4, 0)", *place,
          emoji);
      SetMore(more_ | kHasReactions);
    }
    Run("INSERT INTO reactions (room, seq, place, author) VALUES (?1, ?2, ?3, ?4)", *place, who);
    Run("UPDATE reaction_emoji SET count = count + 1 WHERE room = ?1 AND seq = ?2 AND place = ?3", *place);
  }

  void RemoveReaction(std::int64_t place, const std::string& who) {
    Run("DELETE FROM reactions WHERE room = ?1 AND seq = ?2 AND place = ?3 AND author = ?4", place, who);
    Run("UPDATE reaction_emoji SET count = count - 1 WHERE room = ?1 AND seq = ?2 AND place = ?3", place);
    Run("DELETE FROM reaction_emoji WHERE room = ?1 AND seq = ?2 AND place = ?3 AND count = 0", place);
    if (EmojiCount() == 0) SetMore(more_ & ~kHasReactions);
  }

  void SetMore(int more) {
    if (std::exchange(more_, more) == more) return;
    Run("UPDATE messages SET more = ?3 WHERE room = ?1 AND seq = ?2", more);
  }

  ChangeTable& table_;
  std::int64_t room_;
  std::int64_t seq_;
  Facts facts_;
  int more_ = 0;
};

ChangeTable::ChangeTable(SQLite::Database& database, MessageRows& rows)
    : database_(database),
      rows_(rows),
      find_(database, std::string(MessageRows::kSelect) + "WHERE room = ? AND seq = ?") {
}

bool ChangeTable::Find(std::int64_t room, Sequence seq) {
  find_.tryReset();
  find_.bind(1, room);
  find_.bind(2, Signed(seq));
  return find_.executeStep();
}

void ChangeTable::Apply(std::int64_t room, protocol::Revision& rev, LogEntry& entry) {
  const auto seq = entry.change->seq ? entry.change->seq : NewestOpenPoll(room);
  const InUse in_use(find_);
  if (!seq || !Find(room, *seq)) {
    entry.refused = ErrorCode::kNoSuchMessage;
    return;
  }
  const WallTime now = entry.message.time;
  Verdict verdict;
  {
    Row row(*this, room);
    verdict = parley::Apply(*entry.change, entry.author_key, now, row);
  }
  entry.refused = verdict.refused;
  if (verdict.refused) return;
  entry.duplicate = !verdict.changed;
  if (verdict.changed) {
    Run("UPDATE messages SET rev = ?3, changed = ?4 WHERE room = ?1 AND seq = ?2", room, Signed(*seq),
        Signed(++rev), Milliseconds(now));
  }
  if (!Find(room, *seq)) return;
  entry.message = rows_.MessageIn(find_, room, {});
  entry.message.time = MessageRows::LatestIn(find_);
}

void ChangeTable::AddPoll(std::int64_t room, Sequence seq, const protocol::Poll& poll) {
  Run("UPDATE messages SET more = ?3 WHERE room = ?1 AND seq = ?2", room, Signed(seq), kHasPoll);
  Run("INSERT INTO polls (room, seq, question, multiple) VALUES (?1, ?2, ?3, ?4)", room, Signed(seq),
      poll.question, poll.multiple ? 1 : 0);
  for (std::size_t place = 0; place < poll.options.size(); ++place) {
    Run("INSERT INTO poll_options (room, seq, place, text) VALUES (?1, ?2, ?3, ?4)", room, Signed(seq),
        Signed(place), poll.options[place]);
  }
}

bool ChangeTable::CanBeAnswered(std::int64_t room, Sequence seq) {
  const InUse in_use(find_);
  return Find(room, seq) && find_.getColumn(11).getInt() == 0;
}

std::optional<Sequence> ChangeTable::NewestOpenPoll(std::int64_t room) {
  SQLite::Statement find(database_,
                         "SELECT seq FROM polls WHERE room = ? AND closed = 0 ORDER BY seq DESC LIMIT 1");
  find.bind(1, room);
  if (!find.executeStep()) return std::nullopt;
  return NumberIn(find, 0);
}

}  // namespace parley
