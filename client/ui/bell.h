// Bell decides when the terminal rings: for notices that need the person's attention, at most once a second.

#pragma once

#include <optional>
#include <vector>

#include "client/chat/notice.h"
#include "common/base/clock.h"

namespace parley::client {

class Bell {
 public:
  // Off: it never rings.
  explicit Bell(bool on) : on_(on) {}

  // Whether to ring for these now. A notice that comes too soon after the last ring is not made up for.
  [[nodiscard]] bool RingsFor(const std::vector<Notice>& notices, MonotonicTime now);

 private:
  bool on_;
  std::optional<MonotonicTime> rang_;
};

}  // namespace parley::client
