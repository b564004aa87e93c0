// RoomTable keeps rooms in a SQLite database: their ids, the numbers that their messages have reached, their
// settings, and when they were last used. MessageTable owns it. Its functions throw SQLite::Exception.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "server/model/room_settings.h"

namespace parley {

class RoomTable {
 public:
  struct Room {
    std::int64_t id = 0;
    protocol::Sequence last = 0;
    protocol::Revision rev = 0;
  };

  explicit RoomTable(SQLite::Database& database);

  // The room stays where it is until LimitMemory, DropMemory or ForgetOne. Find: null if there is none.
  Room* Find(const std::string& key);
  Room& FindOrMake(const std::string& key);
  // Writes the numbers of a room that has new messages or changes. In a transaction.
  void WriteNumbers(const Room& room);
  // Drops the rooms that are held in memory if there are many: the disk may have any number.
  void LimitMemory();
  // A transaction that may have made or changed rooms has failed: what is held may be ahead of the database.
  void DropMemory() { rooms_.clear(); }

  // Settings that cannot be saved are kept, and saved with the next successful write.
  void Save(RoomSettings settings);
  // Tries again. Stops at the first that fails: the others would, too.
  void SaveUnsaved();
  // What is kept of the room besides its messages: the newest that Save was given.
  KeptRoom ReadSettings(const std::string& key);

  // Marks rooms as used now, in one transaction.
  void Touch(const std::vector<std::string>& keys, WallTime now);
  // Whether the last Touch failed since the last call: then nobody knows which rooms are in use.
  bool TakeTouchFailed();
  // Forgets one room that nobody has used since then, for all who look for it; its row stays. In a
  // transaction. False: there is none.
  bool ForgetOne(WallTime unused_since);

 private:
  void Write(const RoomSettings& settings);
  void Doom(std::int64_t room, const std::string& key);

  SQLite::Database& database_;
  std::unordered_map<std::string, Room> rooms_;  // some of those that were read; as the database has them
  std::map<std::string, RoomSettings> unsaved_;  // the newest of each room that could not be saved
  std::set<std::string> read_;                   // rooms that somebody joined since Touch
  bool touch_failed_ = false;
  SQLite::Statement find_;
  SQLite::Statement make_;
  SQLite::Statement write_numbers_;
};

}  // namespace parley
