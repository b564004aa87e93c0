// Shares out the bandwidth of one page among the pictures that it wants, the most important first. It does no
// I/O.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/media/layer_rates.h"

namespace parley {

inline constexpr std::size_t kSpatialLayers = 3;

// The highest layers that are sent of a picture.
struct PictureShare {
  std::size_t layer = kSpatialLayers - 1;
  std::size_t temporal = kTemporalLayers - 1;

  bool operator==(const PictureShare&) const = default;
  // Whether the other one has all that this one has.
  bool operator<=(const PictureShare& other) const {
    return layer < other.layer || (layer == other.layer && temporal <= other.temporal);
  }
};

// A picture that a page wants.
struct PictureNeed {
  // Bits per second, by layer, and by temporal layer together with those below it. 0: there is no such layer,
  // or it is larger than wanted. All 0: no rate is known yet.
  std::array<std::array<std::uint64_t, kTemporalLayers>, kSpatialLayers> rates{};
  std::optional<PictureShare> now;  // what is sent
};

struct PictureShares {
  // One for each need. Nothing: not even its minimum fits.
  std::vector<std::optional<PictureShare>> shares;
  std::uint64_t taken = 0;   // bits a second of all of them
  std::uint64_t wanted = 0;  // the same, if all were sent whole
};

// First, each picture gets its minimum: its lowest layer at the lowest frame rate. Then each one, in order,
// gets as much as fits. The first picture that sends something always gets its minimum. Layers that are sent
// already stay as long as they nearly fit. Other layers need bandwidth to spare, and `may_raise`.
PictureShares ShareOut(const std::vector<PictureNeed>& needs, std::uint64_t budget, bool may_raise);

}  // namespace parley
