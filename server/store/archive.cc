#include "server/store/archive.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "server/data/database.h"
#include "server/store/message_rows.h"
#include "server/store/message_schema.h"
#include "server/store/sqlite_rows.h"
#include "server/store/visit_table.h"

namespace parley {
namespace {

std::optional<Visit> NextVisit(SQLite::Statement& rows, const std::string& room_key) {
  if (!rows.executeStep()) return std::nullopt;
  return VisitIn(rows, room_key);
}

}  // namespace

std::unique_ptr<Archive> Archive::Open(const std::filesystem::path& file, std::string& error) {
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) {
    error = "it does not exist; name the server's data folder with --data DIR";
    return nullptr;
  }
  auto database = OpenDatabase(file, {.application_id = kMessagesId, .migrations = kMessageMigrations},
                               Durability::kNormal, error);
  if (!database) return nullptr;
  return std::unique_ptr<Archive>(new Archive(std::move(database)));
}

Archive::Outcome Archive::Read(const std::string& room_key, const std::function<void(Record)>& take,
                               std::string& error) try {
  const SQLite::Transaction one_moment(*database_);
  SQLite::Statement room(*database_, "SELECT id FROM rooms WHERE key = ?");
  room.bind(1, room_key);
  if (!room.executeStep()) return Outcome::kNoRoom;
  const std::int64_t id = room.getColumn(0).getInt64();
  MessageRows present(*database_, {});
  SQLite::Statement messages(*database_, std::string(MessageRows::kSelect) + "WHERE room = ? ORDER BY seq");
  SQLite::Statement visits(*database_,
                           "SELECT time, person, name, reason FROM visits WHERE room = ? ORDER BY rowid");
  messages.bind(1, id);
  visits.bind(1, id);
  const auto next_message = [&] {
    return messages.executeStep() ? std::optional(present.MessageIn(messages, id, {})) : std::nullopt;
  };
  auto message = next_message();
  auto visit = NextVisit(visits, room_key);
  // In one millisecond people come, speak and leave in this order.
  const auto visit_is_next = [&] {
    if (!visit || !message) return visit.has_value();
    return visit->left ? visit->time < message->time : visit->time <= message->time;
  };
  while (message || visit) {
    if (visit_is_next()) {
      take(std::move(*visit));
      visit = NextVisit(visits, room_key);
    } else {
      take(std::move(*message));
      message = next_message();
    }
  }
  return Outcome::kRead;
} catch (const SQLite::Exception& wrong) {
  error = Explain(wrong);
  return Outcome::kFailed;
}

}  // namespace parley
