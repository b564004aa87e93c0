#include "server/store/room_table.h"

#include <utility>

#include "common/base/limits.h"
#include "server/store/room_rows.h"
#include "server/store/sqlite_rows.h"

namespace parley {

RoomTable::RoomTable(SQLite::Database& database)
    : database_(database),
      find_(database, "SELECT id, last, rev FROM rooms WHERE key = ?"),
      make_(database, "INSERT INTO rooms (key, used) VALUES (?, 1000 * unixepoch('now'))"),
      write_numbers_(database,
                     "UPDATE rooms SET last = ?, rev = ?, used = 1000 * unixepoch('now') WHERE id = ?") {
}

RoomTable::Room* RoomTable::Find(const std::string& key) {
  if (const auto found = rooms_.find(key); found != rooms_.end()) return &found->second;
  const InUse in_use(find_);
  find_.bind(1, key);
  if (!find_.executeStep()) return nullptr;
  const Room room{.id = find_.getColumn(0).getInt64(), .last = NumberIn(find_, 1), .rev = NumberIn(find_, 2)};
  return &rooms_.emplace(key, room).first->second;
}

RoomTable::Room& RoomTable::FindOrMake(const std::string& key) {
  if (Room* const room = Find(key)) return *room;
  const InUse in_use(make_);
  make_.bind(1, key);
  make_.exec();
  return rooms_.emplace(key, Room{.id = database_.getLastInsertRowid()}).first->second;
}

void RoomTable::WriteNumbers(const Room& room) {
  const InUse in_use(write_numbers_);
  write_numbers_.bind(1, Signed(room.last));
  write_numbers_.bind(2, Signed(room.rev));
  write_numbers_.bind(3, room.id);
  write_numbers_.exec();
}

void RoomTable::LimitMemory() {
  if (rooms_.size() > limits::kRooms) rooms_.clear();
}

// --- Settings ---

void RoomTable::Save(RoomSettings settings) {
  const std::string key = settings.name.key;
  unsaved_.insert_or_assign(key, std::move(settings));
  SaveUnsaved();
}

void RoomTable::SaveUnsaved() {
  while (!unsaved_.empty()) {
    Write(unsaved_.begin()->second);
    unsaved_.erase(unsaved_.begin());
  }
}

void RoomTable::Write(const RoomSettings& settings) {
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::int64_t id = FindOrMake(settings.name.key).id;
    WriteRoomRow(database_, id, settings);
    transaction.commit();
  } catch (...) {
    DropMemory();
    throw;
  }
}

KeptRoom RoomTable::ReadSettings(const std::string& key) {
  if (const auto unsaved = unsaved_.find(key); unsaved != unsaved_.end()) {
    read_.insert(key);
    return {.exists = true, .settings = unsaved->second};
  }
  KeptRoom kept = ReadRoomRow(database_, key);
  if (kept.exists) read_.insert(key);
  return kept;
}

// --- Rooms that nobody uses ---

void RoomTable::Touch(const std::vector<std::string>& keys, WallTime now) {
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement touch(database_, "UPDATE rooms SET used = ? WHERE key = ?");
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

bool RoomTable::TakeTouchFailed() {
  return std::exchange(touch_failed_, false);
}

bool RoomTable::ForgetOne(WallTime unused_since) {
  SQLite::Statement unused(database_,
                           "SELECT id, key FROM rooms WHERE forgotten = 0 AND hosted = 0 AND used < ?");
  unused.bind(1, static_cast<std::int64_t>(unused_since.time_since_epoch().count()));
  while (unused.executeStep()) {
    const std::int64_t room = unused.getColumn(0).getInt64();
    const std::string key = TextIn(unused, 1);
    if (read_.contains(key)) continue;
    unused.reset();
    Doom(room, key);
    return true;
  }
  return false;
}

// No room's name has a U+0001: nobody finds it any more.
void RoomTable::Doom(std::int64_t room, const std::string& key) {
  rooms_.erase(key);
  unsaved_.erase(key);
  SQLite::Statement people(database_, "DELETE FROM room_people WHERE room = ?");
  people.bind(1, room);
  people.exec();
  SQLite::Statement doom(database_,
                         "UPDATE rooms SET forgotten = 1, key = char(1) || id, name = NULL, topic = '',"
                         " password = '' WHERE id = ?");
  doom.bind(1, room);
  doom.exec();
}

}  // namespace parley
