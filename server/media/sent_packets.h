// SentPackets gives each packet for one page its transport-wide number, and remembers when it was sent until
// the page tells whether it has arrived. It allocates once, at the first packet.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/clock.h"

namespace parley {

class SentPackets {
 public:
  struct Sent {
    MonotonicTime time;
    std::size_t size = 0;  // bytes
    Duration own{0};       // as it was given to Add
  };
  // Adds a packet that is sent now, and returns its number. `own`: how long the packet waits behind our own
  // earlier packets, if the connection has the estimated bandwidth.
  std::uint16_t Add(std::size_t size, Duration own, MonotonicTime now);

  // The page says that this packet has arrived. Nothing if it said so before, or if the packet is too old.
  std::optional<Sent> Arrive(std::uint16_t number);
  // The page says that this packet has not arrived. False if it said so before, or if the packet has arrived
  // or is too old.
  bool Lose(std::uint16_t number);

 private:
  enum class State : std::uint8_t { kOnTheWay, kLost, kArrived };
  struct Entry {
    std::uint32_t time = 0;  // in microseconds; it wraps
    std::uint16_t number = 0, size = 0;
    std::uint16_t own = 0;  // in tenths of a millisecond
    State state = State::kArrived;
  };
  [[nodiscard]] Entry* Find(std::uint16_t number);

  std::vector<Entry> entries_;
  std::uint16_t next_ = 0;
  MonotonicTime last_;
};

}  // namespace parley
