// Backoff says how long to wait before the next attempt to connect. The time grows, and it is random within
// bounds, so that the clients of a restarted server do not all connect at once.

#pragma once

#include <functional>

#include "common/base/clock.h"

namespace parley::client {

class Backoff {
 public:
  // `random` gives a number from 0 up to, but not with, 1.
  explicit Backoff(std::function<double()> random) : random_(std::move(random)) {}

  // The next pause: about 0.2 s at first, twice as long each time, at most 10 s.
  Duration Next();
  // The connection held: the next pause is a first one again.
  void Reset() { tries_ = 0; }

 private:
  std::function<double()> random_;
  int tries_ = 0;
};

}  // namespace parley::client
