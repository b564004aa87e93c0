// SeenMark says how far a person has read in a room. A value.

#pragma once

#include <string>

#include "common/protocol/request.h"

namespace parley {

struct SeenMark {
  std::string room_key;
  std::string identity;
  protocol::Sequence seq = 0;
};

}  // namespace parley
