// RecentLoss is the highest packet loss that recent receiver reports gave. It keeps a value for a while,
// because reports come every few seconds, and one of them may show no loss by chance.

#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace parley {

class RecentLoss {
 public:
  // `fraction` of 256, as report blocks have it.
  void Report(std::uint8_t fraction, MonotonicTime now);
  // The largest of the last limits::kLossMemory, and of up to twice that.
  [[nodiscard]] std::uint8_t Worst(MonotonicTime now) const;

 private:
  MonotonicTime since_;  // when `current_` began
  std::uint8_t current_ = 0, before_ = 0;
};

}  // namespace parley
