// Writes and reads times as the wire has them: RFC 3339 in UTC with milliseconds, `2026-01-31T09:05:07.042Z`.

#pragma once

#include <optional>
#include <string_view>

#include "common/base/clock.h"

namespace parley::protocol {

// The year has four digits. Valid until the next call on this thread.
std::string_view TimeText(WallTime time);

// Nothing if `text` is not exactly such a time.
std::optional<WallTime> ParseTime(std::string_view text);

}  // namespace parley::protocol
