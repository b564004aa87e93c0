#include "server/media/recent_loss.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {

void RecentLoss::Report(std::uint8_t fraction, MonotonicTime now) {
  const Duration age = now - since_;
  if (age >= limits::kLossMemory) {
    before_ = age < 2 * limits::kLossMemory ? current_ : 0;
    current_ = 0;
    since_ = now;
  }
  current_ = std::max(current_, fraction);
}

std::uint8_t RecentLoss::Worst(MonotonicTime now) const {
  const Duration age = now - since_;
  if (age >= 2 * limits::kLossMemory) return 0;
  return age < limits::kLossMemory ? std::max(current_, before_) : current_;
}

}  // namespace parley
