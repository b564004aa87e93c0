// LayerRates measures the bits per second of a stream of pictures, by temporal layer.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/base/clock.h"

namespace parley {

// VP8 has up to three in practice; a fourth counts as the third.
inline constexpr std::size_t kTemporalLayers = 3;

// The bytes of a packet on the network beside its payload: the headers of IP, UDP and RTP, and the tag of
// SRTP.
inline constexpr std::size_t kPacketOverhead = 76;

class LayerRates {
 public:
  void Count(std::size_t temporal_layer, std::size_t bytes) {
    bytes_.at(temporal_layer < kTemporalLayers ? temporal_layer : kTemporalLayers - 1) += bytes;
  }
  // Call it every limits::kLayerPeriod.
  void Measure(MonotonicTime now);
  // The rate of that temporal layer and all below it, together; 0: it is not known.
  [[nodiscard]] std::uint64_t UpTo(std::size_t temporal_layer) const;

 private:
  std::array<std::uint64_t, kTemporalLayers> bytes_{};
  std::array<double, kTemporalLayers> rates_{};
  MonotonicTime measured_;
};

}  // namespace parley
