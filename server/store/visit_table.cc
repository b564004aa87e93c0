#include "server/store/visit_table.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include "common/base/limits.h"
#include "server/store/sqlite_rows.h"

namespace parley {

Visit VisitIn(const SQLite::Statement& row, const std::string& room_key) {
  Visit visit{.room_key = room_key,
              .person = TextIn(row, 1),
              .name = TextIn(row, 2),
              .time = TimeIn(row, 0),
              .left = {}};
  if (!row.getColumn(3).isNull()) visit.left = TextIn(row, 3);
  return visit;
}

void VisitTable::Note(std::vector<Visit> visits, RoomTable& rooms) {
  std::ranges::move(visits, std::back_inserter(unwritten_));
  if (unwritten_.size() > limits::kUnwrittenVisits) DropWholeStays();
  Write(rooms);
}

// Those of people who came and left again, both unwritten: what is left says of nobody that they left without
// having come, or stayed for ever. It is as many as there are seats at most.
void VisitTable::DropWholeStays() {
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
void VisitTable::Write(RoomTable& rooms) {
  if (unwritten_.empty()) return;
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement add(database_,
                          "INSERT INTO visits (room, time, person, name, reason) VALUES (?, ?, ?, ?, ?)");
    for (const Visit& visit : unwritten_) {
      add.bind(1, rooms.FindOrMake(visit.room_key).id);
      add.bind(2, Milliseconds(visit.time));
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
    rooms.DropMemory();
    throw;
  }
}

void VisitTable::Continue(std::int64_t room, AttendanceRead& read) {
  SQLite::Statement rows(database_,
                         "SELECT time, person, name, reason, rowid FROM visits WHERE room = ? AND rowid > ? "
                         "ORDER BY rowid LIMIT ?");
  rows.bind(1, room);
  rows.bind(2, read.last());
  rows.bind(3, static_cast<std::int64_t>(limits::kVisitsAtOnce));
  std::size_t count = 0;
  for (; rows.executeStep(); ++count) {
    read.Add(VisitIn(rows, read.query().room_key), rows.getColumn(4).getInt64());
  }
  if (count < limits::kVisitsAtOnce) read.End();
}

void VisitTable::End() {
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement forget(database_, "DELETE FROM visits WHERE time < 1000 * (unixepoch('now') - ?)");
  forget.bind(1, static_cast<std::int64_t>(std::chrono::seconds(limits::kVisitsKept).count()));
  forget.exec();
  // Once for each session that is still open by the journal. Where it says of more that they left than that
  // they came (those who came long ago are forgotten first), that counts for nothing.
  database_.exec(
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
