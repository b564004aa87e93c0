// ResendBudget decides which packets one receiver gets again. A full line loses what is sent again, too:
// without a bound a page asks for each packet until nothing else gets through.

#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "common/base/clock.h"

namespace parley {

class ResendBudget {
 public:
  // `size` bytes were forwarded to the receiver for the first time.
  void Sent(std::size_t size, MonotonicTime now);

  // Whether a packet of `size` bytes may be sent again now. `key` names the slot and its sequence number. The
  // same packet may go again after a round trip, and all of them together may take a share of what was
  // forwarded in the last second (limits::kResendShare).
  bool Allow(std::uint64_t key, std::size_t size, Duration round_trip, MonotonicTime now);

  // The receiver asks for `count` packets. Returns how many of them may be looked up now: together at most
  // limits::kNackedPerSecond per second.
  std::size_t Look(std::size_t count, MonotonicTime now);
  // Whether any may.
  [[nodiscard]] bool MayLook(MonotonicTime now) const;

 private:
  void Refill(MonotonicTime now);

  double allowance_ = 0;  // bytes
  double rate_ = 0;       // bytes a second, smoothed
  double counted_ = 0;    // bytes since `since_`
  MonotonicTime since_, refilled_;
  bool started_ = false;
  std::size_t looked_ = 0;  // packets that were looked for since `looked_since_`
  MonotonicTime looked_since_;
  std::unordered_map<std::uint64_t, MonotonicTime> resent_;  // at most limits::kResendsRemembered
};

}  // namespace parley
