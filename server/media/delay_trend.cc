#include "server/media/delay_trend.h"

#include <algorithm>
#include <cmath>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

// The constants of libwebrtc's trendline estimator.
constexpr double kDelaySmoothing = 0.9;
constexpr double kTrendGain = 4;
constexpr double kMostDeltas = 60;
constexpr double kFirstThreshold = 12.5, kLeastThreshold = 6, kMostThreshold = 600;  // ms
constexpr double kThresholdUp = 0.0087, kThresholdDown = 0.039;
constexpr double kFarOff = 15;   // ms: a spike that does not move the threshold
constexpr double kOverFor = 10;  // ms
constexpr double kLongestAdaption = 100;
constexpr milliseconds kSendGroup{5};

// The latest packets are those that arrived within this time before the newest one, but at least three
// groups. The times of sending would select others, because a queue that grows spreads the arrivals.
constexpr double kLatestGroups = 100;  // ms
constexpr std::size_t kLeastGroups = 3;
// The shortest delay is that of the last one or two of these periods, because clocks drift and paths change.
constexpr std::chrono::seconds kBasePeriod{10};

double Milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

DelayTrend::DelayTrend() : threshold_(kFirstThreshold) {
}

void DelayTrend::Add(MonotonicTime sent, Duration arrived, Duration own) {
  // The shortest delay is taken from each packet, not from groups: the last packet of a burst waits for the
  // others.
  Lower(Milliseconds(arrived) - Milliseconds(sent.time_since_epoch()), sent);
  // A packet that a whole group has overtaken is ignored.
  if (group_ && sent < group_->first) return;
  if (group_ && sent - group_->first <= kSendGroup) {
    group_->last = std::max(group_->last, sent);
    group_->arrived = std::max(group_->arrived, arrived);
    group_->own = std::max(group_->own, own);
    return;
  }
  if (group_) Finish(*group_);
  group_ = Group{sent, sent, arrived, own};
}

void DelayTrend::Lower(double delay, MonotonicTime now) {
  if (now - based_ >= kBasePeriod) {
    base_ = next_base_;
    next_base_.reset();
    based_ = now;
  }
  base_ = base_ ? std::min(*base_, delay) : delay;
  next_base_ = next_base_ ? std::min(*next_base_, delay) : delay;
}

void DelayTrend::Finish(const Group& group) {
  const double time = Milliseconds(group.arrived);
  const double delay = time - Milliseconds(group.last.time_since_epoch());
  const double queue = std::max(0.0, delay - *base_ - Milliseconds(group.own));
  smoothed_ = deltas_ == 0 ? queue : kDelaySmoothing * smoothed_ + (1 - kDelaySmoothing) * queue;
  ++deltas_;
  points_[next_] = {time, smoothed_, queue};
  next_ = (next_ + 1) % kWindow;
  count_ = std::min(count_ + 1, kWindow);
  if (count_ < kWindow) return;

  const double slope = Slope();
  const double trend = std::min(static_cast<double>(deltas_), kMostDeltas) * slope * kTrendGain;
  const double before = slope_;
  slope_ = slope;
  grows_ = false;
  shrinks_ = trend < -threshold_;
  if (trend <= threshold_) {
    over_since_ = -1;
  } else if (over_since_ < 0) {
    over_since_ = time;
  } else {
    grows_ = time - over_since_ > kOverFor && slope >= before;
  }
  Adapt(std::abs(trend), time);
}

// The slope of the least-squares line through the points.
double DelayTrend::Slope() const {
  double time = 0;
  double delay = 0;
  for (const Point& point : points_) {
    time += point.time / kWindow;
    delay += point.delay / kWindow;
  }
  double both = 0;
  double squares = 0;
  for (const Point& point : points_) {
    both += (point.time - time) * (point.delay - delay);
    squares += (point.time - time) * (point.time - time);
  }
  return squares > 0 ? both / squares : 0;
}

// If other traffic fills the queue of the connection, a fixed threshold would leave us no bandwidth.
void DelayTrend::Adapt(double trend, double time) {
  const double passed = adapted_ ? std::clamp(time - *adapted_, 0.0, kLongestAdaption) : 0;
  adapted_ = time;
  if (trend > threshold_ + kFarOff) return;
  threshold_ += (trend < threshold_ ? kThresholdDown : kThresholdUp) * (trend - threshold_) * passed;
  threshold_ = std::clamp(threshold_, kLeastThreshold, kMostThreshold);
}

Duration DelayTrend::queue() const {
  double least = -1;
  for (std::size_t back = 1; back <= count_; ++back) {
    const Point& point = points_[(next_ + kWindow - back) % kWindow];
    const Point& newest = points_[(next_ + kWindow - 1) % kWindow];
    if (back > kLeastGroups && newest.time - point.time > kLatestGroups) break;
    least = least < 0 ? point.queue : std::min(least, point.queue);
  }
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double, std::milli>(std::max(0.0, least)));
}

bool DelayTrend::is_sure() const {
  return count_ >= kLeastGroups;
}

void DelayTrend::Restart() {
  count_ = next_ = deltas_ = 0;
  grows_ = shrinks_ = false;
  over_since_ = -1;
  slope_ = 0;
  adapted_.reset();
}

void DelayTrend::Rebase() {
  base_.reset();
  next_base_.reset();
  Restart();
}

}  // namespace parley
