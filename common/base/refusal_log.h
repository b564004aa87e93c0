// Tells the operator in the log of what was refused, without filling it: the first few of each kind are told
// at once, later ones at most once a minute, with how many there were. One thread.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley {

class RefusalLog {
 public:
  // A line at `info`, or none. `kind` is of static life. `text` holds no control characters and no secrets.
  void Tell(std::string_view kind, const std::string& text, MonotonicTime now);

  static constexpr int kFirst = 5;  // of each kind
  static constexpr std::chrono::minutes kPeriod{1};

 private:
  struct Kind {
    int told = 0;
    std::uint64_t untold = 0;
    MonotonicTime last = {};
  };
  std::map<std::string_view, Kind> kinds_;
};

}  // namespace parley
