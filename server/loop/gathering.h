// Gathering decides when a turn waits for more messages, so that one send has several (write coalescing).
//
// A send costs the same for one message as for ten. Some flushes take long (many peers get something) and
// carry only a message or two. After such a flush, the loop rests four times as long as the flush took, up to
// the maximum. Nothing waits under low load, in small rooms, or if several messages arrive together. A rest
// is also skipped if people wait for each other, because it would delay their next step. There are two signs
// of this. Authors send as soon as their previous message is out (TurnTaking). Or no second message arrives
// during a rest, as with two people who answer each other. It has no clock of its own.

#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace parley {

class Gathering {
 public:
  // `most`: the longest that anything waits; zero: nothing waits.
  explicit Gathering(Duration max) : max_(max) {}

  // The messages of a flush, and how many of them are known to be of a kind (TurnTaking::Count).
  struct Sent {
    std::uint64_t messages = 0;
    std::uint64_t in_turn = 0;
    std::uint64_t freely = 0;
    std::uint64_t twice = 0;
  };
  // A flush has begun and ended.
  void Flushed(const Sent& sent, MonotonicTime begin, MonotonicTime end);
  // How long to wait before reading connections that have just become readable. The caller must wait that
  // long.
  [[nodiscard]] Duration Rest(MonotonicTime now);
  // For TurnTaking: within this time after a turn, what its messages make their authors send is read. The
  // next turn, or the one after it, reads that.
  [[nodiscard]] Duration prompt() const { return prompt_; }

  // So many share their sends well enough.
  static constexpr std::uint64_t kEnough = 4;
  // A rest that is shorter is not taken at all: some 30 sends are less trouble than it would save.
  static constexpr Duration kLeast = std::chrono::microseconds(500);
  // After so many rests in a row that gained no second message, rests are skipped: one, then two, four and so
  // on. At most so many that fewer than 1 % of such messages wait, which leaves the 99th percentile alone. A
  // rest that gains something ends that.
  static constexpr unsigned kVainRests = 3;
  static constexpr unsigned kMostSkipped = 256;
  // The share of messages that are sent freely, from which on the loop rests.
  static constexpr double kFreeShare = 0.25;
  // Where fewer are, one rest in so many is taken nevertheless: a single author may send twice meanwhile, who
  // only seems to wait. As many messages as there are authors wait for it.
  static constexpr unsigned kTrySeldom = 2048;
  // One rest in so many is left out, since only then it shows how messages are sent. The first one, soon.
  static constexpr unsigned kListen = 16;

 private:
  void Learn(const Sent& sent, bool rested);
  void Judge(const Sent& sent);

  Duration max_;
  Duration prompt_ = Duration::zero();
  MonotonicTime rests_until_;
  bool rested_ = false;             // before the flush that comes next
  unsigned vain_ = 0;               // rests in a row that gained nothing
  unsigned skip_ = 0;               // rests to skip after each one
  unsigned rests_ = kListen - 4;    // taken, or left out to listen
  unsigned skipped_ = 0;            // since the last rest
  double free_share_ = kFreeShare;  // of the last messages of a known kind
};

}  // namespace parley
