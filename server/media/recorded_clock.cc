#include "server/media/recorded_clock.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {
namespace {

// The time of a page's clock, in 1/2^32 s.
Duration FromNtp(std::uint64_t ntp) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::uint64_t fraction = (ntp & 0xFFFFFFFFU) * kSecond >> 32U;
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(static_cast<std::int64_t>((ntp >> 32U) * kSecond + fraction)));
}

// How much the clock of a page is corrected by one report. A report that was under way for long then does
// little harm, and clocks drift by less.
constexpr std::chrono::milliseconds kStep{1};
// Beyond this the page's clock was set.
constexpr std::chrono::seconds kJump{1};

}  // namespace

void PageClock::Learn(std::uint64_t ntp, MonotonicTime arrived) {
  const Duration measured = arrived.time_since_epoch() - FromNtp(ntp);
  const Duration change = offset_ ? measured - *offset_ : Duration(0);
  if (!offset_ || change > kJump || change < -kJump) {
    offset_ = measured;
  } else {
    *offset_ += std::clamp<Duration>(change, -kStep, kStep);
  }
}

MonotonicTime PageClock::TimeOf(std::uint64_t ntp) const {
  return MonotonicTime(FromNtp(ntp) + offset_.value_or(Duration(0)));
}

Duration TrackClock::Between(std::uint32_t from, std::uint32_t to) const {
  const auto units = static_cast<std::int64_t>(static_cast<std::int32_t>(to - from));
  return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(units * 1'000'000'000 / rate_));
}

MonotonicTime TrackClock::TimeOf(std::uint32_t timestamp, const std::optional<KnownReport>& report,
                                 PageClock& page, MonotonicTime now) {
  MonotonicTime time = anchor_ ? anchor_->time + Between(anchor_->timestamp, timestamp) : now - correction_;
  if (report) {
    if (learned_ != report->arrived) page.Learn(report->report.ntp, report->arrived);
    learned_ = report->arrived;
    const MonotonicTime sent = page.TimeOf(report->report.ntp) + Between(report->report.timestamp, timestamp);
    // A page that reports nonsense harms its own tracks only, and only by so much.
    if (sent <= now + limits::kRecordedAhead && sent >= now - limits::kRecordedBehind) {
      if (!corrected_) correction_ = sent - time;
      corrected_ = true;
      time = sent - correction_;
    }
  }
  if (time > now + 2 * limits::kRecordedAhead || time < now - 2 * limits::kRecordedBehind) time = now;
  anchor_ = {timestamp, time};
  return time;
}

}  // namespace parley
