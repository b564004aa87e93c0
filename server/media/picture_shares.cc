#include "server/media/picture_shares.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// Rates of pictures vary, so layers need slack. Both are parts of the budget.
constexpr double kSlackPart = 0.1;  // by which layers that are sent already may exceed it
constexpr double kRoomPart = 0.1;   // which other layers must leave free

struct Step {
  PictureShare share;
  std::uint64_t rate = 0;
};

// The steps of one picture, the smallest first. A step that takes no more than the one before is left out.
struct Steps {
  std::array<Step, kSpatialLayers * kTemporalLayers> all;
  std::size_t count = 0;

  explicit Steps(const PictureNeed& need) {
    for (std::size_t layer = 0; layer < kSpatialLayers; ++layer) {
      std::uint64_t before = 0;
      for (std::size_t temporal = 0; temporal < kTemporalLayers; ++temporal) {
        const std::uint64_t rate = need.rates.at(layer).at(temporal);
        if (rate == 0) continue;
        // A layer without temporal layers has one step, with the highest temporal layer.
        if (rate == before) {
          all.at(count - 1).share.temporal = temporal;
        } else {
          all.at(count++) = {{layer, temporal}, rate};
        }
        before = rate;
      }
    }
  }
};

}  // namespace

PictureShares ShareOut(const std::vector<PictureNeed>& needs, std::uint64_t budget, bool may_raise) {
  PictureShares result;
  result.shares.resize(needs.size());
  const auto whole = static_cast<double>(budget);
  double left = whole;
  std::vector<Steps> steps;
  std::vector<std::size_t> chosen(needs.size());
  steps.reserve(needs.size());
  // Whether `share` fits, which takes `more` additional bits per second.
  const auto fits = [&](const PictureNeed& need, const PictureShare& share, double more) {
    const bool is_sent = need.now && share <= *need.now;
    return is_sent ? more <= left + kSlackPart * whole : may_raise && more <= left - kRoomPart * whole;
  };
  bool is_first = true;  // of those that send something
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const Steps& own = steps.emplace_back(needs[i]);
    if (own.count == 0) {
      result.shares[i] = PictureShare();
      continue;
    }
    const auto least = static_cast<double>(own.all[0].rate);
    result.wanted += own.all.at(own.count - 1).rate;
    if (!std::exchange(is_first, false) && !fits(needs[i], own.all[0].share, least)) continue;
    result.shares[i] = own.all[0].share;
    left -= least;
  }
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const Steps& own = steps[i];
    if (!result.shares[i] || own.count == 0) continue;
    for (std::size_t step = 1; step < own.count; ++step) {
      const auto more = static_cast<double>(own.all.at(step).rate) - static_cast<double>(own.all[0].rate);
      if (fits(needs[i], own.all.at(step).share, more)) chosen[i] = step;
    }
    const Step& step = own.all.at(chosen[i]);
    left -= static_cast<double>(step.rate) - static_cast<double>(own.all[0].rate);
    result.shares[i] = step.share;
    result.taken += step.rate;
  }
  return result;
}

}  // namespace parley
