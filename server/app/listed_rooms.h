// The rooms of the configuration, as the hub wants them.

#pragma once

#include <string>
#include <vector>

#include "server/config/room_line.h"
#include "server/model/room_rules.h"

namespace parley {

// Where something is no name, or too long, `error` says what, and the rest is of no use.
std::vector<ListedRoom> ToListedRooms(const std::vector<RoomLine>& lines, std::string& error);

}  // namespace parley
