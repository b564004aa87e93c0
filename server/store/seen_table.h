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
#include "server/store/visit_table.h"

namespace parley {

class SeenTable {
 public:
  using RoomIds = VisitTable::RoomIds;

  explicit SeenTable(SQLite::Database& database) : database_(database) {}

  // Adds marks and writes all. A mark never goes back.
  void Keep(std::vector<SeenMark> marks, const RoomIds& rooms);
  // Writes what could not be written before, in one transaction.
  void Write(const RoomIds& rooms);
  // `room`: its id; 0 if it has none. What could not be written counts, too.
  protocol::Sequence Read(std::int64_t room, const std::string& room_key, const std::string& identity);

 private:
  SQLite::Database& database_;
  std::map<std::pair<std::string, std::string>, protocol::Sequence> unwritten_;  // by room and person
};

}  // namespace parley
