// A stretch of a room's messages, as a log gives it.

#pragma once

#include <vector>

#include "common/protocol/event.h"

namespace parley::protocol {

struct Page {
  std::vector<MessageEvent> messages;  // oldest first
  bool more = false;                   // there are more in the direction that was asked for
  Sequence first = 1;                  // oldest that is kept; last + 1 where none is
  Sequence last = 0;                   // newest of the room; 0 where there never was one
};

}  // namespace parley::protocol
