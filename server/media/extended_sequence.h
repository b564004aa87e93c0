// Extends sequence numbers of 16 bits to 64 bits, so that they do not wrap.

#pragma once

#include <cstdint>

#include "common/codec/rtp.h"

namespace parley {

// The first one is this and its own 16 bits: far above zero, so that a packet before the first has a number,
// too.
inline constexpr std::uint64_t kFirstSequence = 1ULL << 32U;

// The number of the packet with these 16 bits that is nearest to `newest`.
inline std::uint64_t ExtendSequence(std::uint64_t newest, std::uint16_t sequence) {
  const auto distance = SequenceDistance(static_cast<std::uint16_t>(newest & 0xFFFFU), sequence);
  return newest + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
}

}  // namespace parley
