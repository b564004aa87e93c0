// MissingPackets knows which packets of one incoming stream are lost, and when to ask for them (NACK). It
// also detects duplicates.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/base/clock.h"

namespace parley {

class MissingPackets {
 public:
  // `wait`: how long a packet may be late before it is asked for.
  explicit MissingPackets(Duration wait) : wait_(wait) {}

  enum class Arrival {
    kNew,        // ahead of all before it
    kRecovered,  // it was missing
    kLate,       // it was not lost, but Fill was called for it before: it is not to be forwarded
    kRepeated,   // it came before, or is too late to tell: it is not to be forwarded
    kRestarted,  // far from all before it, and not taken: it is for a stream that begins anew
  };
  // A repair never restarts the stream: one that is far from all others is only late, so it is kRepeated.
  Arrival Receive(std::uint16_t sequence, bool is_repair, MonotonicTime now);
  // Another packet repeats what this one carried. Returns whether it was missing; it is so no longer.
  bool Fill(std::uint16_t sequence);
  // The numbers begin anew.
  void Restart() { *this = MissingPackets(wait_); }

  // The packets to ask for now, in ascending order. Each is asked for after the wait, then once in each round
  // trip, limits::kNackTries times at most.
  std::vector<std::uint16_t> Due(Duration round_trip, MonotonicTime now);

  // The number of packets that did not come, although they were requested as often as allowed.
  [[nodiscard]] std::uint64_t given_up() const { return given_up_; }
  [[nodiscard]] bool empty() const { return missing_.empty(); }

 private:
  struct Missing {
    MonotonicTime next;  // when to ask
    int tries = 0;
  };
  Duration wait_;
  std::optional<std::uint64_t> newest_;  // extended beyond 16 bits, so that it never wraps
  std::map<std::uint64_t, Missing> missing_;
  std::set<std::uint64_t> filled_;  // at most limits::kLatestPacket
  std::uint64_t given_up_ = 0;
};

}  // namespace parley
