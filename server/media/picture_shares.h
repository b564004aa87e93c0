// Shares the bandwidth of one page out among the pictures that it wants, the most important first. Values in,
// values out.

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
  // Bits a second, by layer and, added up, by temporal layer. 0: there is no such layer, or it is larger than
  // wanted. All 0: nothing of it is known.
  std::array<std::array<std::uint64_t, kTemporalLayers>, kSpatialLayers> rates{};
  std::optional<PictureShare> now;  // what is sent
};

struct PictureShares {
  // For each need. Nothing: not even the least of it fits.
  std::vector<std::optional<PictureShare>> shares;
  std::uint64_t taken = 0;   // bits a second of all of them
  std::uint64_t wanted = 0;  // the same, if all were sent whole
};

// All pictures get their least first, and then each, in its order, as much as fits. The first one that
// sends something always gets its least. What is sent already stays as long as it nearly fits. What is not
// needs room to spare, and `may_raise`.
PictureShares ShareOut(const std::vector<PictureNeed>& needs, std::uint64_t budget, bool may_raise);

}  // namespace parley
