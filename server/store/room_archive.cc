#include "server/store/room_archive.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/data/database.h"
#include "server/store/message_schema.h"
#include "server/store/room_rows.h"

namespace parley {
namespace {

constexpr const char* kFacts =
    "SELECT key, (SELECT count(*) FROM messages WHERE room = rooms.id), used FROM rooms WHERE forgotten = 0 ";

RoomFacts FactsIn(SQLite::Database& database, const SQLite::Statement& row) {
  RoomFacts facts;
  const std::string key = row.getColumn(0).getString();
  facts.settings = ReadRoomRow(database, key).settings.value_or(RoomSettings{.name = {key, key}});
  facts.messages = static_cast<std::uint64_t>(row.getColumn(1).getInt64());
  facts.last_use = WallTime(std::chrono::milliseconds(row.getColumn(2).getInt64()));
  return facts;
}

}  // namespace

std::unique_ptr<RoomArchive> RoomArchive::Open(const std::filesystem::path& file, std::string& error) {
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) {
    error = "it does not exist; name the server's data folder with --data DIR";
    return nullptr;
  }
  auto database = OpenDatabase(file, {.application_id = kMessagesId, .migrations = kMessageMigrations},
                               Durability::kNormal, error);
  if (!database) return nullptr;
  return std::unique_ptr<RoomArchive>(new RoomArchive(std::move(database)));
}

std::vector<RoomFacts> RoomArchive::List(std::string& error) {
  std::vector<RoomFacts> rooms;
  try {
    const SQLite::Transaction one_moment(*database_);
    SQLite::Statement rows(*database_, std::string(kFacts) + "ORDER BY key");
    while (rows.executeStep()) rooms.push_back(FactsIn(*database_, rows));
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
  }
  return rooms;
}

std::optional<RoomFacts> RoomArchive::Find(const std::string& room_key, std::string& error) {
  try {
    const SQLite::Transaction one_moment(*database_);
    SQLite::Statement row(*database_, std::string(kFacts) + "AND key = ?");
    row.bind(1, room_key);
    if (row.executeStep()) return FactsIn(*database_, row);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
  }
  return std::nullopt;
}

bool RoomArchive::Remove(const std::string& room_key, std::string& error) {
  try {
    return RemoveAll(room_key);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

bool RoomArchive::RemoveAll(const std::string& room_key) {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement find(*database_, "SELECT id FROM rooms WHERE key = ?");
  find.bind(1, room_key);
  if (!find.executeStep()) return false;
  const std::int64_t id = find.getColumn(0).getInt64();
  find.reset();
  for (const char* const statement :
       {"DELETE FROM messages WHERE room = ?", "DELETE FROM room_people WHERE room = ?",
        "DELETE FROM visits WHERE room = ?", "DELETE FROM seen WHERE room = ?",
        "DELETE FROM rooms WHERE id = ?"}) {
    SQLite::Statement remove(*database_, statement);
    remove.bind(1, id);
    remove.exec();
  }
  transaction.commit();
  return true;
}

}  // namespace parley
