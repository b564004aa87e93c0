// When a turn waits a little for more messages, so that one send carries several: only under load.
//
// A send costs the same for one message as for ten. So after a flush that took long (many peers got
// something) for a message or two, the next one is put off until the loop has rested four times as long as
// the flush took, `most` at the very most. While it is quiet, in small rooms, and where several messages come
// together anyway (senders who wait for one another), nothing waits. No clock of its own.

#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace parley {

class Gathering {
 public:
  // `most`: the longest that anything waits; zero: nothing waits.
  explicit Gathering(Duration most) : most_(most) {}

  // A flush of so many messages has begun and ended.
  void Flushed(std::uint64_t messages, MonotonicTime begin, MonotonicTime end);
  // How long what has just become readable is to wait before it is read.
  [[nodiscard]] Duration Rest(MonotonicTime now) const;

  // So many share their sends well enough.
  static constexpr std::uint64_t kEnough = 4;
  // A rest that is shorter is not taken at all: some 30 sends are less trouble than it would save.
  static constexpr Duration kLeast = std::chrono::microseconds(500);

 private:
  Duration most_;
  MonotonicTime rests_until_;
};

}  // namespace parley
