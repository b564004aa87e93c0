// Reads and writes a room's settings in the tables of messages.db (message_schema.h). Throws
// SQLite::Exception.

#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>

#include "server/model/room_settings.h"

namespace parley {

// The row of that id must be there. To be called in a transaction.
void WriteRoomRow(SQLite::Database& database, std::int64_t id, const RoomSettings& settings);
KeptRoom ReadRoomRow(SQLite::Database& database, const std::string& key);

}  // namespace parley
