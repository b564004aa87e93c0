// DelayTrend tells from the delay of packets whether a queue grows before a page: the trendline filter of
// Google Congestion Control (draft-ietf-rmcat-gcc-02, and its successor in libwebrtc), with two additions.
// Delay that our own bursts explain does not count, and neither does delay that not all of the latest packets
// have: the page was only busy. Decision 0018 says why.
//
// It has more than 12 members because the filter is all one state.

#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "common/base/clock.h"

namespace parley {

class DelayTrend {
 public:
  DelayTrend();

  // A packet was sent, and arrived by the page's clock, whose origin is unknown. `own` is that of
  // SentPackets. Packets come in the order of their numbers.
  void Add(MonotonicTime sent, Duration arrived, Duration own);

  // Whether the delay grows, or shrinks, by the packets so far.
  [[nodiscard]] bool grows() const { return grows_; }
  [[nodiscard]] bool shrinks() const { return shrinks_; }
  // How long the latest packets waited, at least, beyond the shortest delay that was ever seen of late.
  [[nodiscard]] Duration queue() const;
  // Whether enough packets are known for `queue` to be more than one that was late.
  [[nodiscard]] bool is_sure() const;
  // What was seen of growth is about what was sent before. The shortest delay is kept.
  void Restart();
  // The present delay is normal from now on.
  void Rebase();

 private:
  static constexpr std::size_t kWindow = 20;
  struct Group {
    MonotonicTime first, last;  // when it was sent
    Duration arrived{0};
    Duration own{0};
  };
  struct Point {
    double time = 0;   // of the arrival, in ms
    double delay = 0;  // smoothed, in ms
    double queue = 0;  // as it was, in ms
  };
  void Finish(const Group& group);
  void Lower(double delay, MonotonicTime now);
  [[nodiscard]] double Slope() const;
  void Adapt(double trend, double time);

  std::optional<Group> group_;
  std::array<Point, kWindow> points_{};
  std::size_t count_ = 0, next_ = 0;  // points, and where the next one goes
  std::size_t deltas_ = 0;
  double smoothed_ = 0;
  double threshold_;
  std::optional<double> adapted_;           // when, in ms
  double over_since_ = -1, slope_ = 0;      // in ms; -1: not over
  std::optional<double> base_, next_base_;  // the shortest delay, in ms
  MonotonicTime based_;
  bool grows_ = false, shrinks_ = false;
};

}  // namespace parley
