#include "server/store/message_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include "common/base/limits.h"
#include "server/store/message_schema.h"
#include "server/store/room_rows.h"

namespace parley {
namespace {

using protocol::MessageEvent;
using protocol::Sequence;

constexpr const char* kMessageColumns = "SELECT seq, time, member, name, text, id, author FROM messages ";

std::int64_t Signed(Sequence value) {
  return static_cast<std::int64_t>(value);
}

Sequence SequenceIn(const SQLite::Statement& row, int column) {
  return static_cast<Sequence>(row.getColumn(column).getInt64());
}

std::string TextIn(SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}

// A statement is done with, however the function that uses it ends.
class InUse {
 public:
  explicit InUse(SQLite::Statement& statement) : statement_(statement) {}
  ~InUse() { statement_.tryReset(); }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

 private:
  SQLite::Statement& statement_;
};

}  // namespace

std::unique_ptr<MessageTable> MessageTable::Open(const std::filesystem::path& file, std::size_t kept,
                                                 Durability durability, AuthorKeyOf author_key,
                                                 std::string& error) {
  auto database = OpenDatabase(file, {.application_id = kMessagesId, .migrations = kMessageMigrations},
                               durability, error);
  if (!database) return nullptr;
  try {
    std::unique_ptr<MessageTable> table(new MessageTable(std::move(database), kept, std::move(author_key)));
    table->EndVisits();
    return table;
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return nullptr;
  }
}

MessageTable::MessageTable(std::unique_ptr<SQLite::Database> database, std::size_t kept,
                           AuthorKeyOf author_key)
    : database_(std::move(database)),
      kept_(kept),
      author_key_(std::move(author_key)),
      find_room_(*database_, "SELECT id, last FROM rooms WHERE key = ?"),
      make_room_(*database_, "INSERT INTO rooms (key, used) VALUES (?, 1000 * unixepoch('now'))"),
      set_last_(*database_, "UPDATE rooms SET last = ?, used = 1000 * unixepoch('now') WHERE id = ?"),
      find_message_(*database_, "SELECT seq, time FROM messages WHERE room = ? AND author = ? AND id = ?"),
      add_message_(*database_,
                   "INSERT INTO messages (room, seq, time, author, member, name, text, id)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      trim_(*database_, "DELETE FROM messages WHERE room = ? AND seq <= ?"),
      oldest_(*database_, "SELECT min(seq) FROM messages WHERE room = ? AND seq > ?"),
      after_(*database_, std::string(kMessageColumns) + "WHERE room = ? AND seq > ? ORDER BY seq"),
      before_(*database_,
              std::string(kMessageColumns) + "WHERE room = ? AND seq < ? AND seq >= ? ORDER BY seq DESC") {
}

MessageTable::~MessageTable() {
  WriteWhatCouldNotBe();
}

// --- Writing ---

void MessageTable::Append(std::vector<LogEntry>& entries) {
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    std::set<Room*> touched;
    for (LogEntry& entry : entries) {
      Store(entry);
      if (!entry.duplicate) touched.insert(&rooms_.at(entry.room_key));
    }
    for (const Room* room : touched) {
      const InUse in_use(set_last_);
      set_last_.bind(1, Signed(room->last));
      set_last_.bind(2, room->id);
      set_last_.exec();
      if (room->last > kept_) {
        const InUse trimming(trim_);
        trim_.bind(1, room->id);
        trim_.bind(2, Signed(room->last - kept_));
        trim_.exec();
      }
    }
    transaction.commit();
  } catch (...) {
    rooms_.clear();  // may be ahead of the database
    throw;
  }
  WriteWhatCouldNotBe();
}

void MessageTable::Store(LogEntry& entry) {
  Room& room = FindOrMake(entry.room_key);
  MessageEvent& message = entry.message;
  if (message.id && FindFirst(room, entry)) {
    entry.duplicate = true;
    return;
  }
  message.seq = ++room.last;
  const InUse in_use(add_message_);
  add_message_.bind(1, room.id);
  add_message_.bind(2, Signed(message.seq));
  add_message_.bind(3, static_cast<std::int64_t>(message.time.time_since_epoch().count()));
  add_message_.bind(4, entry.author_key);
  add_message_.bind(5, message.from.id);
  add_message_.bind(6, message.from.name);
  add_message_.bind(7, message.text);
  if (message.id) {
    add_message_.bind(8, *message.id);
  } else {
    add_message_.bind(8);
  }
  add_message_.exec();
}

bool MessageTable::FindFirst(const Room& room, LogEntry& entry) {
  const InUse in_use(find_message_);
  find_message_.bind(1, room.id);
  find_message_.bind(2, entry.author_key);
  find_message_.bind(3, *entry.message.id);
  if (!find_message_.executeStep()) return false;
  entry.message.seq = SequenceIn(find_message_, 0);
  entry.message.time = WallTime(std::chrono::milliseconds(find_message_.getColumn(1).getInt64()));
  return true;
}

MessageTable::Room* MessageTable::Find(const std::string& key) {
  if (const auto found = rooms_.find(key); found != rooms_.end()) return &found->second;
  const InUse in_use(find_room_);
  find_room_.bind(1, key);
  if (!find_room_.executeStep()) return nullptr;
  const Room room{.id = find_room_.getColumn(0).getInt64(), .last = SequenceIn(find_room_, 1)};
  return &rooms_.emplace(key, room).first->second;
}

MessageTable::Room& MessageTable::FindOrMake(const std::string& key) {
  if (Room* const room = Find(key)) return *room;
  const InUse in_use(make_room_);
  make_room_.bind(1, key);
  make_room_.exec();
  return rooms_.emplace(key, Room{.id = database_->getLastInsertRowid()}).first->second;
}

// --- Reading ---

Sequence MessageTable::OldestKept(const Room& room) {
  const InUse in_use(oldest_);
  oldest_.bind(1, room.id);
  oldest_.bind(2, Signed(room.last > kept_ ? room.last - kept_ : 0));
  if (!oldest_.executeStep() || oldest_.getColumn(0).isNull()) return room.last + 1;
  return SequenceIn(oldest_, 0);
}

MessageEvent MessageTable::MessageIn(SQLite::Statement& row) const {
  MessageEvent message;
  message.seq = SequenceIn(row, 0);
  message.time = WallTime(std::chrono::milliseconds(row.getColumn(1).getInt64()));
  message.from = {.id = TextIn(row, 2), .name = TextIn(row, 3)};
  message.text = TextIn(row, 4);
  if (!row.getColumn(5).isNull()) message.id = TextIn(row, 5);
  if (author_key_) message.from.author = author_key_(TextIn(row, 6));
  return message;
}

protocol::Page MessageTable::Read(const LogQuery& query) {
  protocol::Page page;
  if (rooms_.size() > limits::kRooms) rooms_.clear();  // there may be any number of rooms on the disk
  const Room* const room = Find(query.room_key);
  if (room == nullptr) return page;
  page.last = room->last;
  page.first = OldestKept(*room);
  SQLite::Statement& rows = query.after ? after_ : before_;
  const InUse in_use(rows);
  rows.bind(1, room->id);
  if (query.after) {
    rows.bind(2, Signed(std::max(std::min(*query.after, page.last), page.first - 1)));
  } else {
    rows.bind(2, Signed(query.before ? std::min(*query.before, page.last + 1) : page.last + 1));
    rows.bind(3, Signed(page.first));
  }
  std::size_t bytes = 0;
  while (!page.more && rows.executeStep()) {
    MessageEvent message = MessageIn(rows);
    bytes += protocol::EncodedSizeBound(message);
    const bool full =
        page.messages.size() == query.limit || (bytes > limits::kReplyMessageBytes && !page.messages.empty());
    if (full) {
      page.more = true;
    } else {
      page.messages.push_back(std::move(message));
    }
  }
  if (!query.after) std::ranges::reverse(page.messages);
  return page;
}

// --- Rooms ---

void MessageTable::Save(RoomSettings settings) {
  const std::string key = settings.name.key;
  unsaved_.insert_or_assign(key, std::move(settings));
  SaveAll();
}

// Up to the first that fails: the others would, too.
void MessageTable::SaveAll() {
  while (!unsaved_.empty()) {
    Write(unsaved_.begin()->second);
    unsaved_.erase(unsaved_.begin());
  }
}

void MessageTable::WriteWhatCouldNotBe() {
  try {
    SaveAll();
    WriteVisits();
  } catch (const SQLite::Exception&) {  // that it failed was told then
  }
}

void MessageTable::Write(const RoomSettings& settings) {
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::int64_t id = FindOrMake(settings.name.key).id;
    SQLite::Statement set(
        *database_,
        "UPDATE rooms SET name = ?, topic = ?, password = ?, locked = ?,"
        " waiting_room = ?, hosted = ?, forbidden = ?, used = 1000 * unixepoch('now') WHERE id = ?");
    set.bind(1, settings.name.shown);
    set.bind(2, settings.topic);
    set.bind(3, settings.password);
    set.bind(4, settings.locked ? 1 : 0);
    set.bind(5, settings.waiting_room ? 1 : 0);
    set.bind(6, settings.hosted ? 1 : 0);
    set.bind(7, ForbiddenIn(settings.allow));
    set.bind(8, id);
    set.exec();
    SavePeople(id, settings);
    transaction.commit();
  } catch (...) {
    rooms_.clear();
    throw;
  }
}

void MessageTable::SavePeople(std::int64_t room, const RoomSettings& settings) {
  SQLite::Statement remove(*database_, "DELETE FROM room_people WHERE room = ?");
  remove.bind(1, room);
  remove.exec();
  SQLite::Statement add(
      *database_,
      "INSERT INTO room_people (room, kind, identity, name, name_key, address, made, expected,"
      " time, banned_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const auto put = [&](const char* kind, const std::string& identity, const Ban& ban,
                       const KnownHosts::Host& host) {
    add.bind(1, room);
    add.bind(2, kind);
    add.bind(3, identity);
    add.bind(4, ban.name.shown);
    add.bind(5, ban.name.key);
    add.bind(6, ban.address);
    add.bind(7, static_cast<int>(host.by));
    add.bind(8, host.expected ? 1 : 0);
    add.bind(9, static_cast<std::int64_t>(ban.time.time_since_epoch().count()));
    add.bind(10, ban.by);
    add.exec();
    add.reset();
  };
  for (const Ban& ban : settings.bans) put("ban", ban.identity, ban, {});
  for (const KnownHosts::Host& host : settings.known_hosts.all()) put("host", host.identity, {}, host);
  for (const std::string& identity : settings.muted_identities.all()) put("mute", identity, {}, {});
}

KeptRoom MessageTable::ReadRoom(const std::string& key) {
  if (const auto unsaved = unsaved_.find(key); unsaved != unsaved_.end()) {
    read_.insert(key);
    return {.exists = true, .settings = unsaved->second};
  }
  KeptRoom kept = ReadRoomRow(*database_, key);
  if (kept.exists) read_.insert(key);
  return kept;
}

// --- Rooms that nobody uses ---

void MessageTable::Touch(const std::vector<std::string>& keys, WallTime now) {
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement touch(*database_, "UPDATE rooms SET used = ? WHERE key = ?");
    for (const std::string& key : keys) {
      touch.bind(1, static_cast<std::int64_t>(now.time_since_epoch().count()));
      touch.bind(2, key);
      touch.exec();
      touch.reset();
    }
    transaction.commit();
    read_.clear();  // rooms that are still in use are among the keys
  } catch (...) {
    touch_failed_ = true;
    throw;
  }
}

// A room is forgotten in one step, for all who look for it; its messages go piece by piece after that.
bool MessageTable::Forget(WallTime unused_since) {
  if (std::exchange(touch_failed_, false)) return false;  // nobody knows what is in use
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement unused(*database_,
                             "SELECT id, key FROM rooms WHERE forgotten = 0 AND hosted = 0 AND used < ?");
    unused.bind(1, static_cast<std::int64_t>(unused_since.time_since_epoch().count()));
    while (unused.executeStep()) {
      const std::int64_t room = unused.getColumn(0).getInt64();
      const std::string key = TextIn(unused, 1);
      if (read_.contains(key)) continue;
      unused.reset();
      Doom(room, key);
      transaction.commit();
      return true;
    }
    SQLite::Statement forgotten(*database_, "SELECT id FROM rooms WHERE forgotten = 1 LIMIT 1");
    if (!forgotten.executeStep()) return false;
    const std::int64_t room = forgotten.getColumn(0).getInt64();
    forgotten.reset();
    int deleted = 0;
    for (const char* const piece :
         {"DELETE FROM messages WHERE room = ?1 AND seq <= ?2 - 1 +"
          " (SELECT min(seq) FROM messages WHERE room = ?1)",
          "DELETE FROM visits WHERE rowid IN (SELECT rowid FROM visits WHERE room = ?1 LIMIT ?2)"}) {
      SQLite::Statement remove(*database_, piece);
      remove.bind(1, room);
      remove.bind(2, static_cast<std::int64_t>(limits::kDeletedAtOnce));
      deleted += remove.exec();
    }
    if (deleted == 0) {
      SQLite::Statement remove(*database_, "DELETE FROM rooms WHERE id = ?");
      remove.bind(1, room);
      remove.exec();
    }
    transaction.commit();
    return true;
  } catch (...) {
    rooms_.clear();
    throw;
  }
}

// No room's name has a U+0001: nobody finds it any more.
void MessageTable::Doom(std::int64_t room, const std::string& key) {
  rooms_.erase(key);
  unsaved_.erase(key);
  SQLite::Statement people(*database_, "DELETE FROM room_people WHERE room = ?");
  people.bind(1, room);
  people.exec();
  SQLite::Statement doom(*database_,
                         "UPDATE rooms SET forgotten = 1, key = char(1) || id, name = NULL, topic = '',"
                         " password = '' WHERE id = ?");
  doom.bind(1, room);
  doom.exec();
}

// --- The journal ---

void MessageTable::Note(std::vector<Visit> visits) {
  std::ranges::move(visits, std::back_inserter(unwritten_));
  if (unwritten_.size() > limits::kUnwrittenVisits) DropWholeStays();
  WriteVisits();
}

// Those of people who came and left again, both unwritten: what is left says of nobody that they left without
// having come, or stayed for ever. It is as many as there are seats at most.
void MessageTable::DropWholeStays() {
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> came;  // by room and person
  std::vector<bool> dropped(unwritten_.size());
  for (std::size_t i = 0; i < unwritten_.size(); ++i) {
    const Visit& visit = unwritten_[i];
    auto& open = came[{visit.room_key, visit.person}];
    if (!visit.left) {
      open.push_back(i);
    } else if (!open.empty()) {
      dropped[i] = dropped[open.back()] = true;
      open.pop_back();
    }
  }
  std::vector<Visit> kept;
  for (std::size_t i = 0; i < unwritten_.size(); ++i) {
    if (!dropped[i]) kept.push_back(std::move(unwritten_[i]));
  }
  unwritten_ = std::move(kept);
}

// One transaction.
void MessageTable::WriteVisits() {
  if (unwritten_.empty()) return;
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement add(*database_,
                          "INSERT INTO visits (room, time, person, name, reason) VALUES (?, ?, ?, ?, ?)");
    for (const Visit& visit : unwritten_) {
      add.bind(1, FindOrMake(visit.room_key).id);
      add.bind(2, static_cast<std::int64_t>(visit.time.time_since_epoch().count()));
      add.bind(3, visit.person);
      add.bind(4, visit.name);
      if (visit.left) {
        add.bind(5, *visit.left);
      } else {
        add.bind(5);
      }
      add.exec();
      add.reset();
    }
    transaction.commit();
    unwritten_.clear();
  } catch (...) {
    rooms_.clear();
    throw;
  }
}

void MessageTable::EndVisits() {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement forget(*database_, "DELETE FROM visits WHERE time < 1000 * (unixepoch('now') - ?)");
  forget.bind(1, static_cast<std::int64_t>(std::chrono::seconds(limits::kVisitsKept).count()));
  forget.exec();
  // Once for each session that is still open by the journal. Where it says of more that they left than that
  // they came (those who came long ago are forgotten first), that counts for nothing.
  database_->exec(
      "INSERT INTO visits (room, time, person, name, reason)"
      " WITH RECURSIVE running(room, person, name, step, sum) AS ("
      "   SELECT room, person, name, iif(reason IS NULL, 1, -1),"
      "          sum(iif(reason IS NULL, 1, -1)) OVER (PARTITION BY room, person ORDER BY rowid) FROM "
      "visits),"
      " open(room, person, name, sessions) AS ("
      "   SELECT room, person, max(name), sum(step) - min(0, min(sum)) AS sessions FROM running"
      "   GROUP BY room, person HAVING sessions > 0"
      "   UNION ALL SELECT room, person, name, sessions - 1 FROM open WHERE sessions > 1)"
      " SELECT room, max((SELECT max(time) FROM visits),"
      "                  ifnull((SELECT max(time) FROM messages), 0)), person, name, 'stopped' FROM open");
  transaction.commit();
}

}  // namespace parley
