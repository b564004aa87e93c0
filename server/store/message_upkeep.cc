// The functions of MessageTable that delete what is no longer used, or kept no longer.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "common/base/limits.h"
#include "server/store/message_table.h"
#include "server/store/sqlite_rows.h"

namespace parley {

using protocol::Sequence;

// --- Rooms that nobody uses ---

// A room is forgotten in one step, for all who look for it; its messages go piece by piece after that.
bool MessageTable::Forget(WallTime unused_since) {
  if (rooms_.TakeTouchFailed()) return false;  // nobody knows what is in use
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    if (rooms_.ForgetOne(unused_since)) {
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
          "DELETE FROM visits WHERE rowid IN (SELECT rowid FROM visits WHERE room = ?1 LIMIT ?2)",
          "DELETE FROM seen WHERE room = ?1 AND person IN (SELECT person FROM seen WHERE room = ?1 LIMIT "
          "?2)"}) {
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
    rooms_.DropMemory();
    throw;
  }
}

void MessageTable::Expire(const Retention& retention, WallTime now, Expiry& expiry) {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement rooms(*database_,
                          "SELECT id, key FROM rooms WHERE forgotten = 0 AND id > ? ORDER BY id LIMIT ?");
  rooms.bind(1, expiry.after);
  rooms.bind(2, static_cast<std::int64_t>(limits::kExpiredAtOnce));
  // The oldest that may go at once; the times of messages grow with their numbers.
  SQLite::Statement oldest(
      *database_,
      "SELECT max(seq), count(*) FROM (SELECT seq, time FROM messages WHERE room = ? ORDER BY seq LIMIT ?)"
      " WHERE time < ?");
  std::size_t looked_at = 0;
  std::int64_t deleted = 0;
  constexpr auto kMost = static_cast<std::int64_t>(limits::kDeletedAtOnce);
  while (deleted < kMost && rooms.executeStep()) {
    ++looked_at;
    const std::int64_t id = rooms.getColumn(0).getInt64();
    const std::string key = TextIn(rooms, 1);
    const Retention::Keep keep = retention.Of(key);
    if (keep) {
      oldest.bind(1, id);
      oldest.bind(2, kMost);
      oldest.bind(3, static_cast<std::int64_t>((now - *keep).time_since_epoch().count()));
      oldest.executeStep();
      const std::int64_t count = oldest.getColumn(1).getInt64();
      if (count > 0) {
        const Sequence up_to = NumberIn(oldest, 0);
        oldest.reset();
        Delete(id, up_to);
        expiry.rooms.emplace_back(key, up_to + 1);
        deleted += count;
        if (count == kMost) break;  // there may be more in this room
      }
      oldest.reset();
    }
    expiry.after = id;
  }
  expiry.more = deleted >= kMost || looked_at == limits::kExpiredAtOnce;
  rooms.reset();
  transaction.commit();
}

}  // namespace parley
