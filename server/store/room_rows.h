// Reads a room's settings from the tables of messages.db (message_schema.h). Throws SQLite::Exception.

#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

#include "server/model/room_settings.h"

namespace parley {

// The column `forbidden`.
int ForbiddenIn(const protocol::Allow& allow);

KeptRoom ReadRoomRow(SQLite::Database& database, const std::string& key);

}  // namespace parley
