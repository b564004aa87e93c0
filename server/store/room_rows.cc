#include "server/store/room_rows.h"

#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace parley {
namespace {

// Bits of the column `forbidden`.
constexpr int kMicrophone = 1, kCamera = 2, kScreen = 4, kChat = 8;

std::string TextIn(const SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}

void ReadPeople(SQLite::Database& database, std::int64_t room, RoomSettings& settings) {
  SQLite::Statement rows(database,
                         "SELECT kind, identity, name, name_key, address, made, expected, time, banned_by"
                         " FROM room_people"
                         " WHERE room = ? ORDER BY rowid");
  rows.bind(1, room);
  while (rows.executeStep()) {
    const std::string kind = TextIn(rows, 0);
    std::string identity = TextIn(rows, 1);
    if (kind == "ban") {
      settings.bans.push_back({.name = {.shown = TextIn(rows, 2), .key = TextIn(rows, 3)},
                               .identity = std::move(identity),
                               .address = TextIn(rows, 4),
                               .time = WallTime(std::chrono::milliseconds(rows.getColumn(7).getInt64())),
                               .by = TextIn(rows, 8)});
    } else if (kind == "host") {
      settings.known_hosts.Restore({.identity = std::move(identity),
                                    .by = static_cast<HostBy>(rows.getColumn(5).getInt()),
                                    .expected = rows.getColumn(6).getInt() != 0});
    } else if (kind == "mute") {
      settings.muted_identities.Add(identity);
    }
  }
}

protocol::Allow AllowedBut(int forbidden) {
  return {.microphone = (forbidden & kMicrophone) == 0,
          .camera = (forbidden & kCamera) == 0,
          .screen = (forbidden & kScreen) == 0,
          .chat = (forbidden & kChat) == 0};
}

}  // namespace

int ForbiddenIn(const protocol::Allow& allow) {
  return (allow.microphone ? 0 : kMicrophone) | (allow.camera ? 0 : kCamera) | (allow.screen ? 0 : kScreen) |
         (allow.chat ? 0 : kChat);
}

KeptRoom ReadRoomRow(SQLite::Database& database, const std::string& key) {
  SQLite::Statement row(
      database,
      "SELECT id, name, topic, password, locked, waiting_room, hosted, forbidden FROM rooms WHERE key = ?");
  row.bind(1, key);
  if (!row.executeStep()) return {};
  if (row.getColumn(1).isNull()) return {.exists = true, .settings = {}};
  RoomSettings room;
  room.name = {.shown = TextIn(row, 1), .key = key};
  room.topic = TextIn(row, 2);
  room.password = TextIn(row, 3);
  room.locked = row.getColumn(4).getInt() != 0;
  room.waiting_room = row.getColumn(5).getInt() != 0;
  room.hosted = row.getColumn(6).getInt() != 0;
  room.allow = AllowedBut(row.getColumn(7).getInt());
  ReadPeople(database, row.getColumn(0).getInt64(), room);
  return {.exists = true, .settings = std::move(room)};
}

}  // namespace parley
