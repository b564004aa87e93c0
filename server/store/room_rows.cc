#include "server/store/room_rows.h"

#include <SQLiteCpp/Statement.h>

#include <utility>

#include "server/store/sqlite_rows.h"

namespace parley {
namespace {

// Bits of the column `forbidden`.
constexpr int kMicrophone = 1, kCamera = 2, kScreen = 4, kChat = 8;

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
                               .time = TimeIn(rows, 7),
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

void WritePeople(SQLite::Database& database, std::int64_t room, const RoomSettings& settings) {
  SQLite::Statement remove(database, "DELETE FROM room_people WHERE room = ?");
  remove.bind(1, room);
  remove.exec();
  SQLite::Statement add(
      database,
      "INSERT INTO room_people (room, kind, identity, name, name_key, address, made, expected,"
      " time, banned_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const auto put = [&](const char* kind, const std::string& identity, const Ban& ban,
                       const KnownHosts::Host& host) {
    add.bind(1, room);
    add.bind(2, kind);
    add.bind(3, identity);
    add.bind(4, ban.name.shown);
    add.bind(5, ban.name.key);
    add.bind(6, ban.address);
    add.bind(7, static_cast<int>(host.by));
    add.bind(8, host.expected ? 1 : 0);
    add.bind(9, Milliseconds(ban.time));
    add.bind(10, ban.by);
    add.exec();
    add.reset();
  };
  for (const Ban& ban : settings.bans) put("ban", ban.identity, ban, {});
  for (const KnownHosts::Host& host : settings.known_hosts.all()) put("host", host.identity, {}, host);
  for (const std::string& identity : settings.muted_identities.all()) put("mute", identity, {}, {});
}

protocol::Allow AllowedBut(int forbidden) {
  return {.microphone = (forbidden & kMicrophone) == 0,
          .camera = (forbidden & kCamera) == 0,
          .screen = (forbidden & kScreen) == 0,
          .chat = (forbidden & kChat) == 0};
}

int ForbiddenIn(const protocol::Allow& allow) {
  return (allow.microphone ? 0 : kMicrophone) | (allow.camera ? 0 : kCamera) | (allow.screen ? 0 : kScreen) |
         (allow.chat ? 0 : kChat);
}

}  // namespace

void WriteRoomRow(SQLite::Database& database, std::int64_t id, const RoomSettings& settings) {
  SQLite::Statement set(
      database,
      "UPDATE rooms SET name = ?, topic = ?, password = ?, locked = ?,"
      " waiting_room = ?, hosted = ?, forbidden = ?, used = 1000 * unixepoch('now') WHERE id = ?");
  set.bind(1, settings.name.shown);
  set.bind(2, settings.topic);
  set.bind(3, settings.password);
  set.bind(4, settings.locked ? 1 : 0);
  set.bind(5, settings.waiting_room ? 1 : 0);
  set.bind(6, settings.hosted ? 1 : 0);
  set.bind(7, ForbiddenIn(settings.allow));
  set.bind(8, id);
  set.exec();
  WritePeople(database, id, settings);
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
