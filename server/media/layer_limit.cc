#include "server/media/layer_limit.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

constexpr std::uint8_t kTooMuchLost = 26;  // of 256: 10 %. Less is repaired by sending again
// An estimate dips after each key frame, so one alone proves nothing.
constexpr int kLowEstimates = 3;
constexpr std::uint64_t kLowPercent = 70;  // of what is sent

}  // namespace

void LayerLimit::Report(std::uint8_t fraction_lost, MonotonicTime now) {
  if (fraction_lost >= kTooMuchLost) Lower(now);
}

void LayerLimit::Estimate(std::uint64_t estimate, std::uint64_t sent, MonotonicTime now) {
  // The page chooses the estimate, so nothing is multiplied with it: it may have all 64 bits.
  low_estimates_ = estimate < sent * kLowPercent / 100 ? low_estimates_ + 1 : 0;
  if (low_estimates_ >= kLowEstimates) Lower(now);
}

void LayerLimit::Lower(MonotonicTime now) {
  low_estimates_ = 0;
  // What is reported at first is still due to the layer before.
  if (highest_ == 0 || (changed_ && now - *changed_ < limits::kLayerSettle)) return;
  wait_ = raised_ && now - *changed_ < limits::kLayerWait
              ? std::min<Duration>(2 * wait_, limits::kLongestLayerWait)
              : Duration(limits::kLayerWait);
  --highest_;
  changed_ = now;
  raised_ = false;
}

std::size_t LayerLimit::Highest(MonotonicTime now) {
  if (highest_ < kTop && now - *changed_ >= wait_) {
    ++highest_;
    changed_ = now;
    raised_ = true;
  }
  return highest_;
}

}  // namespace parley
