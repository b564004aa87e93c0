// StreamWatch checks the packets of one slot: one stream without end, whose numbers have no holes but for
// losses, come once each, and grow.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "common/codec/rtp.h"

namespace parley::bench {

class StreamWatch {
 public:
  // `picture` is the picture id of a packet that is a whole frame.
  void Take(const RtpHeader& header, std::optional<std::uint16_t> picture);

  [[nodiscard]] std::size_t received() const { return received_; }
  [[nodiscard]] std::size_t missing() const { return missing_.size(); }
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  // Packets whose timestamp or picture does not fit their place in the stream.
  [[nodiscard]] std::size_t misplaced() const { return misplaced_; }

 private:
  struct Newest {
    std::uint64_t sequence = 0;  // with its count of rounds
    std::uint32_t timestamp = 0;
    std::optional<std::uint16_t> picture;
  };
  [[nodiscard]] static bool Fits(const Newest& before, const Newest& after);

  std::optional<Newest> newest_;
  std::set<std::uint64_t> missing_;
  std::size_t received_ = 0, repeated_ = 0, misplaced_ = 0;
};

}  // namespace parley::bench
