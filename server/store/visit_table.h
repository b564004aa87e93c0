// VisitTable keeps the journal, who joined and left, in a SQLite database. MessageTable owns it. The
// functions throw SQLite::Exception.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "server/model/visit.h"
#include "server/store/attendance.h"
#include "server/store/room_table.h"

namespace parley {

// A row of `time, person, name, reason`.
Visit VisitIn(const SQLite::Statement& row, const std::string& room_key);

class VisitTable {
 public:
  explicit VisitTable(SQLite::Database& database) : database_(database) {}

  // Adds visits and writes all. Beyond limits::kUnwrittenVisits, whole stays are left out.
  void Note(std::vector<Visit> visits, RoomTable& rooms);
  // Writes what could not be written before, in one transaction.
  void Write(RoomTable& rooms);
  // One step through the journal of that room.
  void Continue(std::int64_t room, AttendanceRead& read);
  // For a server that ended without a shutdown: everybody who was still in a room left when the server is
  // last known to have run.
  void End();

 private:
  void DropWholeStays();

  SQLite::Database& database_;
  std::vector<Visit> unwritten_;  // the oldest first
};

}  // namespace parley
