#include "server/media/downlink_estimate.h"

#include <algorithm>
#include <cmath>

#include "common/base/media_limits.h"
#include "server/media/layer_rates.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using QuarterMillisecond = std::chrono::duration<std::int64_t, std::ratio<1, 4000>>;  // 0.25 ms

constexpr milliseconds kReferenceUnit{64};
constexpr std::chrono::minutes kLongestStep{1};
// The reference times of all feedback move the time by this at most, so that a page can lead it neither
// before zero (one feedback may go back by 5 h) nor beyond what a Duration holds.
constexpr std::chrono::hours kOrigin{24};
constexpr std::chrono::hours kFarthestBack{12};
constexpr std::chrono::hours kFarthestAhead{24 * 365};
// What a report costs beside the packets in it, in packets.
constexpr std::size_t kReportCost = 16;

// --- Falling ---

// The estimate falls to this part of the rate that arrived during a queue. The rest empties the queue.
constexpr double kFallTo = 0.85;
// A queue longer than kLongQueue is emptied faster, because voices wait in it: until it is shorter than
// kEmptyQueue, but not for longer than kDrain.
constexpr milliseconds kLongQueue{80};
constexpr milliseconds kEmptyQueue{25};
constexpr milliseconds kDrain{2000};
constexpr double kDrainPart = 0.5;
// A shorter delay is noise.
constexpr milliseconds kSmallQueue{15};
// A delay up to this may come from a busy server or page. It does not keep the estimate from rising.
constexpr milliseconds kCalmQueue{40};
// A delay that is too long for voices, even if it does not grow.
constexpr milliseconds kStandingQueue{200};
constexpr int kMostStanding = 3;
// A fall takes at least this long to show an effect.
constexpr milliseconds kFallSettles{150};
// Our own bursts explain no longer delay than this.
constexpr milliseconds kMostOwn{250};

constexpr milliseconds kLossPeriod{400};
constexpr std::uint64_t kLossPackets = 20;
// Higher loss is not just chance. Retransmission repairs lower loss.
constexpr double kMuchLoss = 0.15;
constexpr double kMoreLoss = 0.08;  // above the usual loss
constexpr int kLossyPeriods = 2;

// --- Rising ---

constexpr double kRisePerSecond = 0.08;
// The same while the estimate is near the rate that arrived at the last fall; a part of that rate.
constexpr double kRiseNearFall = 0.03;
constexpr double kNearFall = 0.85, kBeyondFall = 1.15;  // of the rate that arrived then
constexpr double kAheadOfArrivals = 1.5;                // of the rate that arrives
constexpr std::size_t kRisePeriods = 10;                // of 50 ms, which measure that rate
constexpr double kProvenPart = 0.97;
constexpr seconds kCalmTime{1};
constexpr milliseconds kRaiseAfter{1500};
// How long a page's own estimate counts.
constexpr seconds kBoundLive{5};

}  // namespace

DownlinkEstimate::DownlinkEstimate() : rate_(static_cast<double>(limits::kFirstDownlink)) {
}

std::uint16_t DownlinkEstimate::Send(std::size_t payload, MonotonicTime now) {
  const std::size_t size = payload + kPacketOverhead;
  sent_bytes_ += size;
  const double rate = std::max(rate_, tried_);
  const auto takes = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(static_cast<double>(size) * 8 / rate));
  own_ = std::clamp<Duration>(own_ - (now - own_at_), Duration(0), kMostOwn) + takes;
  own_at_ = now;
  if (!owed_) owed_ = now;
  return packets_.Add(size, own_, now);
}

bool DownlinkEstimate::MayReceive(MonotonicTime now) {
  if (now - read_since_ >= seconds(1)) {
    read_since_ = now;
    read_ = 0;
  }
  if (read_ >= limits::kReportedPerSecond) return false;
  read_ += kReportCost;
  return true;
}

void DownlinkEstimate::Receive(const TransportFeedback& feedback, MonotonicTime now) {
  read_ += feedback.arrivals.size();
  // The reference time has 24 bits, and wraps. A jump comes from another clock, and does not count.
  if (reference_) {
    const auto difference = static_cast<std::uint32_t>(feedback.reference_time - *reference_) << 8U;
    const Duration step = (static_cast<std::int32_t>(difference) >> 8) * kReferenceUnit;
    if (std::chrono::abs(step) < kLongestStep) {
      reference_time_ = std::clamp<Duration>(reference_time_ + step, -kFarthestBack, kFarthestAhead);
    }
  }
  reference_ = feedback.reference_time;
  Duration arrived = reference_time_ + kOrigin;
  std::uint16_t number = feedback.first;
  bool any = false;
  for (const auto& arrival : feedback.arrivals) {
    if (!arrival) {
      if (packets_.Lose(number++)) ++lost_;
      continue;
    }
    arrived += QuarterMillisecond(*arrival);
    const auto sent = packets_.Arrive(number++);
    if (!sent) continue;
    any = true;
    ++arrived_;
    newest_sent_ = std::max(newest_sent_, sent->time);
    trend_.Add(sent->time, arrived, sent->own);
    arrivals_.Add(arrived, sent->size);
  }
  if (!any) return;
  owed_.reset();
  if (trend_.queue() < kEmptyQueue) drains_ = false;
  CountLoss(now);
  const Duration passed = received_ ? now - *received_ : Duration(0);
  received_ = now;
  if (IsCongested(now)) {
    Fall(now);
  } else {
    Rise(passed);
  }
}

void DownlinkEstimate::CountLoss(MonotonicTime now) {
  if (now - counted_ < kLossPeriod || arrived_ + lost_ < kLossPackets) return;
  loss_ = static_cast<double>(lost_) / static_cast<double>(arrived_ + lost_);
  const bool much = loss_ > kMuchLoss && loss_ > usual_loss_ + kMoreLoss;
  lossy_ = much ? lossy_ + 1 : 0;
  usual_loss_ += 0.1 * (loss_ - usual_loss_);
  arrived_ = lost_ = 0;
  counted_ = now;
}

bool DownlinkEstimate::IsCongested(MonotonicTime now) {
  if (fell_ && (now - *fell_ < kFallSettles || newest_sent_ - *fell_ < kFallSettles)) return false;
  const Duration queue = trend_.queue();
  if (trend_.grows() && queue > kSmallQueue) return true;
  if (lossy_ >= kLossyPeriods) return true;
  if (queue < kStandingQueue || !trend_.is_sure()) {
    standing_ = 0;
    return false;
  }
  if (trend_.shrinks() || (fell_ && now - *fell_ < seconds(1))) return false;
  // Sending less has not made the delay shorter, so the path has become longer.
  if (standing_ == kMostStanding) {
    standing_ = 0;
    trend_.Rebase();
    return false;
  }
  ++standing_;
  return true;
}

void DownlinkEstimate::Fall(MonotonicTime now) {
  const auto arrived = static_cast<double>(arrivals_.Latest());
  const auto least = static_cast<double>(limits::kLeastDownlink);
  rate_ = std::max(least, std::min(rate_, kFallTo * arrived));
  carried_ = std::max(least, arrived);
  fell_ = now;
  drains_ = trend_.queue() > kLongQueue;
  lossy_ = 0;
  trend_.Restart();
}

void DownlinkEstimate::Rise(Duration passed) {
  if (!received_ || !IsCalm(kCalmTime, *received_)) return;
  const double seconds = std::min(1.0, std::chrono::duration<double>(passed).count());
  if (carried_ && rate_ > kBeyondFall * *carried_) carried_.reset();
  const bool is_near = carried_ && rate_ > kNearFall * *carried_;
  const double rise = is_near ? kRiseNearFall * *carried_ : kRisePerSecond * rate_;
  const auto arrived = static_cast<double>(arrives());
  const double most = kAheadOfArrivals * arrived;
  if (rate_ < most) rate_ = std::min(most, rate_ + rise * seconds);
  rate_ = std::max(rate_, kProvenPart * arrived);
  rate_ = std::min(rate_, static_cast<double>(limits::kMostDownlink));
}

std::uint64_t DownlinkEstimate::arrives() const {
  return arrivals_.Over(kRisePeriods);
}

bool DownlinkEstimate::IsKnown(MonotonicTime now) const {
  return received_ && (!owed_ || now - *owed_ <= limits::kDownlinkLive);
}

bool DownlinkEstimate::MayRaise(MonotonicTime now) const {
  return !fell_ || now - *fell_ >= kRaiseAfter;
}

bool DownlinkEstimate::IsCalm(Duration time, MonotonicTime now) const {
  return trend_.queue() <= kCalmQueue && !trend_.grows() && lossy_ == 0 && (!fell_ || now - *fell_ >= time);
}

void DownlinkEstimate::Bound(std::uint64_t bits_per_second, MonotonicTime now) {
  bound_ = bits_per_second;
  bounded_ = now;
}

std::uint64_t DownlinkEstimate::bits_per_second(MonotonicTime now) const {
  const bool drains = drains_ && now - *fell_ < kDrain;
  const auto rate = static_cast<std::uint64_t>(drains ? kDrainPart * rate_ : rate_);
  if (!bounded_ || now - *bounded_ > kBoundLive) return rate;
  return std::max(std::min(rate, bound_), limits::kLeastDownlink);
}

}  // namespace parley
