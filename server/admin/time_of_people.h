// Reads a time as people write it on a command line.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"

namespace parley {

// `2026-01-31` and `2026-01-31T09:05` (or with seconds, or a space in place of the T) in this machine's time
// zone; with a Z at the end, in UTC. Nothing if it is not such a time.
std::optional<WallTime> ParseTimeOfPeople(const std::string& text);

}  // namespace parley
