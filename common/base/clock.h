// Defines Now, the time that the loop reads once a turn and passes down as a value. So a test can set the
// time.

#pragma once

#include <chrono>
#include <string>

namespace parley {

using Duration = std::chrono::nanoseconds;
// For timeouts and pace. It never jumps.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
// For people: what the wall clock shows, to the millisecond.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

struct Now {
  MonotonicTime monotonic;
  WallTime wall;
};

// Reads both clocks of the system.
Now ReadSystemClock();

// RFC 3339 in UTC with milliseconds: `2026-01-31T09:05:07.042Z`.
std::string FormatTime(WallTime time);

// Hours, minutes and seconds, rounded: `1:05:07`. `time` is not negative.
std::string FormatDuration(std::chrono::milliseconds time);

}  // namespace parley
