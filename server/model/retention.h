// Retention says how long the rooms keep their messages. A value.

#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/limits.h"

namespace parley {

struct Retention {
  using Keep = std::optional<std::chrono::seconds>;  // nothing: for ever

  Keep keep = {};
  std::map<std::string, Keep> rooms = {};  // rooms (keys) for which something else holds

  [[nodiscard]] Keep Of(const std::string& room_key) const {
    const auto found = rooms.find(room_key);
    return found == rooms.end() ? keep : found->second;
  }
  // How often to look for messages that are too old. Nothing: never.
  [[nodiscard]] std::optional<std::chrono::seconds> Period() const {
    Keep shortest = keep;
    for (const auto& [key, other] : rooms) {
      if (other && (!shortest || *other < *shortest)) shortest = other;
    }
    if (!shortest) return std::nullopt;
    return std::clamp(*shortest / 60, limits::kExpireLeastPeriod, limits::kExpirePeriod);
  }
};

}  // namespace parley
