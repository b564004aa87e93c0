#include "server/media/layer_rates.h"

#include <algorithm>

namespace parley {
namespace {

constexpr double kRateSmoothing = 0.4;
constexpr std::chrono::milliseconds kShortestMeasure{200};
constexpr std::chrono::seconds kLongestMeasure{5};  // older bytes tell nothing

}  // namespace

void LayerRates::Measure(MonotonicTime now) {
  const Duration passed = now - measured_;
  if (passed < kShortestMeasure) return;
  measured_ = now;
  // A camera that pauses comes back as it was. If its rates fell meanwhile, all layers would seem to fit
  // then.
  const bool is_silent = std::ranges::all_of(bytes_, [](std::uint64_t bytes) { return bytes == 0; });
  if (is_silent && passed <= kLongestMeasure) return;
  for (std::size_t layer = 0; layer < kTemporalLayers; ++layer) {
    const double rate =
        static_cast<double>(bytes_.at(layer)) * 8 / std::chrono::duration<double>(passed).count();
    bytes_.at(layer) = 0;
    double& smoothed = rates_.at(layer);
    if (passed > kLongestMeasure) {
      smoothed = 0;
    } else {
      smoothed = smoothed == 0 ? rate : smoothed + kRateSmoothing * (rate - smoothed);
    }
  }
}

std::uint64_t LayerRates::UpTo(std::size_t temporal_layer) const {
  double all = 0;
  for (std::size_t layer = 0; layer <= temporal_layer && layer < kTemporalLayers; ++layer)
    all += rates_.at(layer);
  return static_cast<std::uint64_t>(all);
}

}  // namespace parley
