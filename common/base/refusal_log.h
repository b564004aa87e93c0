// RefusalLog tells the operator about refusals without filling the log. The first few of each kind are logged
// at once, later ones at most once a minute, with their number. One thread.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley {

class RefusalLog {
 public:
  // Logs a line at the level `info`, or nothing. `kind` must live as long as the program. `text` holds no
  // control characters and no secrets.
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
