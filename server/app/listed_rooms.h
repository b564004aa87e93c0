// Converts the rooms of the configuration to those of the hub.

#pragma once

#include <string>
#include <vector>

#include "server/config/room_line.h"
#include "server/model/room_rules.h"

namespace parley {

// If something is not a valid name, or is too long, `error` says what, and the result must not be used.
std::vector<ListedRoom> ToListedRooms(const std::vector<RoomLine>& lines, std::string& error);

}  // namespace parley
