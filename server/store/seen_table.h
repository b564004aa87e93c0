// SeenTable keeps how far people have read in a SQLite database. MessageTable owns it. The functions throw
// SQLite::Exception.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/model/seen_mark.h"
#include "server/store/room_table.h"

namespace parley {

class SeenTable {
 public:
  explicit SeenTable(SQLite::Database& database) : database_(database) {}

  // Adds marks and writes all. A mark never goes back.
  void Keep(std::vector<SeenMark> marks, RoomTable& rooms);
  // Writes what could not be written before, in one transaction.
  void Write(RoomTable& rooms);
  // `room`: its id; 0 if it has none. What could not be written counts, too.
  protocol::Sequence Read(std::int64_t room, const std::string& room_key, const std::string& identity);

 private:
  SQLite::Database& database_;
  std::map<std::pair<std::string, std::string>, protocol::Sequence> unwritten_;  // by room and person
};

}  // namespace parley
