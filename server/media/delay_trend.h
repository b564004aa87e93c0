// DelayTrend detects from the delays of packets whether a queue grows on the way to a page. It is the
// trendline filter of Google Congestion Control (draft-ietf-rmcat-gcc-02, and its successor in libwebrtc),
// with two additions. A delay that our own bursts explain does not count. Neither does a delay that only some
// of the latest packets have, because then the page was only busy. Decision 0018 says why.
//
// It has more than 12 members because all of them are the state of one filter.

#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "common/base/clock.h"

namespace parley {

class DelayTrend {
 public:
  DelayTrend();

  // Adds a packet that has arrived. `arrived` is by the page's clock, whose origin is unknown. `own`: see
  // SentPackets::Add. Packets come in the order of their numbers.
  void Add(MonotonicTime sent, Duration arrived, Duration own);

  // Whether the delay grows, or shrinks, according to the packets so far.
  [[nodiscard]] bool grows() const { return grows_; }
  [[nodiscard]] bool shrinks() const { return shrinks_; }
  // The shortest wait in a queue among the latest packets. The wait is the part of the delay above the
  // shortest recent delay.
  [[nodiscard]] Duration queue() const;
  // Whether `queue` is known from several groups of packets, so that one late packet is not taken for a
  // queue.
  [[nodiscard]] bool is_sure() const;
  // Forgets the trend, because from now on the server sends less. The shortest delay is kept.
  void Restart();
  // Forgets the shortest delay, too: the present delay is normal from now on.
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
    double queue = 0;  // not smoothed, in ms
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
  double over_since_ = -1, slope_ = 0;      // in ms; -1: not over the threshold
  std::optional<double> base_, next_base_;  // the shortest delay, in ms
  MonotonicTime based_;
  bool grows_ = false, shrinks_ = false;
};

}  // namespace parley
