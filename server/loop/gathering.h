// Gathering decides when a turn waits a little for more messages, so that one send carries several.
//
// A send costs the same for one message as for ten. Some flushes take long (many peers get something) and
// carry only a message or two. After such a flush, the loop rests four times as long as it took, but at most
// `most`. Nothing waits under low load, in small rooms, or if several messages come together anyway. Nothing
// waits either if rests gain nothing: people who each answer the other's message send one message at a time,
// however long the loop rests. It has no clock of its own.

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
  // How long what has just become readable is to wait before it is read. The caller does wait that long.
  [[nodiscard]] Duration Rest(MonotonicTime now);

  // So many share their sends well enough.
  static constexpr std::uint64_t kEnough = 4;
  // A rest that is shorter is not taken at all: some 30 sends are less trouble than it would save.
  static constexpr Duration kLeast = std::chrono::microseconds(500);
  // After so many rests in a row that gained no second message, rests are skipped: one, then two, four and so
  // on. At most so many that fewer than 1 % of such messages wait, which leaves the 99th percentile alone. A
  // rest that gains something ends that.
  static constexpr unsigned kVainRests = 3;
  static constexpr unsigned kMostSkipped = 256;

 private:
  void Judge(std::uint64_t messages);

  Duration most_;
  MonotonicTime rests_until_;
  bool rested_ = false;  // before the flush that comes next
  unsigned vain_ = 0;    // rests in a row that gained nothing
  unsigned skip_ = 0;    // rests to skip
};

}  // namespace parley
