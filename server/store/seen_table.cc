#include "server/store/seen_table.h"

#include <algorithm>

#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::Sequence;

void SeenTable::Keep(std::vector<SeenMark> marks, RoomTable& rooms) {
  for (SeenMark& mark : marks) {
    Sequence& kept = unwritten_[{std::move(mark.room_key), std::move(mark.identity)}];
    kept = std::max(kept, mark.seq);
  }
  Write(rooms);
}

void SeenTable::Write(RoomTable& rooms) {
  if (unwritten_.empty()) return;
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement keep(database_,
                           "INSERT INTO seen (room, person, seq) VALUES (?, ?, ?)"
                           " ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)");
    for (const auto& [who, seq] : unwritten_) {
      keep.bind(1, rooms.FindOrMake(who.first).id);
      keep.bind(2, who.second);
      keep.bind(3, Signed(seq));
      keep.exec();
      keep.reset();
    }
    transaction.commit();
    unwritten_.clear();
  } catch (...) {
    rooms.DropMemory();
    throw;
  }
}

Sequence SeenTable::Read(std::int64_t room, const std::string& room_key, const std::string& identity) {
  const auto unwritten = unwritten_.find({room_key, identity});
  const Sequence newer = unwritten == unwritten_.end() ? 0 : unwritten->second;
  SQLite::Statement read(database_, "SELECT seq FROM seen WHERE room = ? AND person = ?");
  read.bind(1, room);
  read.bind(2, identity);
  return read.executeStep() ? std::max(newer, NumberIn(read, 0)) : newer;
}

}  // namespace parley
