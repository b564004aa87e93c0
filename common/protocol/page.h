// Page is what a log returns of a room: a range of its messages, or who was there.

#pragma once

#include <vector>

#include "common/protocol/event.h"

namespace parley::protocol {

struct Page {
  std::vector<MessageEvent> messages;        // oldest first
  bool more = false;                         // there are more in the requested direction
  Sequence first = 1;                        // oldest that is kept; last + 1 if none is
  Sequence last = 0;                         // newest of the room; 0 if there never was one
  Revision rev = 0;                          // of the newest change in the room
  std::vector<MessageChanged> changed = {};  // if that was asked for: the oldest change first
  bool changed_more = false;                 // there are more of them
  AttendanceReply attendance = {};           // if that was asked for; without the room's name
};

}  // namespace parley::protocol
