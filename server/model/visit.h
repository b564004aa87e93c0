// Visit is an entry of the journal: somebody joined a room, or left it. A value.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"

namespace parley {

struct Visit {
  std::string room_key;
  std::string person;  // key of the identity
  std::string name;
  WallTime time;
  std::optional<std::string> left;  // why; nothing: joined
};

}  // namespace parley
