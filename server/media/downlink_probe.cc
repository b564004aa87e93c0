#include "server/media/downlink_probe.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The rate of a probe rises for kProbeRise, and then stays until kProbeLength.
constexpr milliseconds kProbeRise{300};
constexpr milliseconds kProbeLength{900};
// How long the feedback about the end of a probe may take.
constexpr milliseconds kProbeFeedback{300};
constexpr milliseconds kProbeBreath{400};  // after a probe that has worked
constexpr double kProbeFactor = 1.5;       // of the estimate
constexpr double kProbeFactorAfterSuccess = 2;
constexpr double kSmallestStep = 100'000;  // bits a second
constexpr double kProbeMargin = 1.15;      // over what is wanted
constexpr double kProbeWorked = 0.9;       // of the target

double ProbeSeconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

DownlinkProbe::DownlinkProbe() : wait_(limits::kProbeWait) {
}

void DownlinkProbe::Begin(DownlinkEstimate& estimate, std::uint64_t wanted, MonotonicTime now) {
  from_ = static_cast<double>(std::max(estimate.bits_per_second(now), estimate.arrives()));
  const double step =
      std::max(from_ * ((worked_ ? kProbeFactorAfterSuccess : kProbeFactor) - 1), kSmallestStep);
  target_ = std::min(kProbeMargin * static_cast<double>(wanted), from_ + step);
  target_ = std::min(target_, from_ + static_cast<double>(limits::kProbeStep));
  estimate.Try(static_cast<std::uint64_t>(target_));
  began_ = last_ = now;
  sent_ = estimate.sent();
  owed_ = 0;
}

void DownlinkProbe::End(DownlinkEstimate& estimate, bool worked, MonotonicTime now) {
  wait_ = worked ? Duration(limits::kProbeWait) : std::min<Duration>(2 * wait_, limits::kLongestProbeWait);
  next_ = now + (worked ? Duration(kProbeBreath) : wait_);
  worked_ = worked;
  began_.reset();
  estimate.Try(0);
}

std::size_t DownlinkProbe::Tick(DownlinkEstimate& estimate, std::uint64_t wanted, MonotonicTime now) {
  if (!began_) {
    const auto rate = estimate.bits_per_second(now);
    if (!estimate.IsKnown(now) || wanted <= rate || (next_ && now < *next_)) return 0;
    if (!estimate.Hears(now) || !estimate.IsCalm(limits::kProbeWait, now)) return 0;
    Begin(estimate, wanted, now);
    return 0;
  }
  if (estimate.fell() && *estimate.fell() > *began_) {
    End(estimate, false, now);
    return 0;
  }
  const Duration age = now - *began_;
  const bool worked = static_cast<double>(estimate.bits_per_second(now)) >= kProbeWorked * target_;
  // A page that sleeps tells no more, and one that wants no more needs no answer.
  const bool pointless = wanted == 0 || !estimate.Hears(now);
  if (worked || pointless || age >= kProbeLength + kProbeFeedback) {
    End(estimate, worked || wanted == 0, now);
    return 0;
  }
  if (age >= kProbeLength) return 0;
  const double part = std::min(1.0, ProbeSeconds(age) / ProbeSeconds(kProbeRise));
  owed_ += (from_ + (target_ - from_) * part) / 8 * ProbeSeconds(now - last_);
  owed_ -= static_cast<double>(estimate.sent() - sent_);
  sent_ = estimate.sent();
  last_ = now;
  // A key frame may exceed the rate. Later padding is not reduced because of that.
  owed_ = std::max(owed_, 0.0);
  const auto padding = std::min(static_cast<std::size_t>(owed_), limits::kProbeBytes);
  return padding;
}

}  // namespace parley
