// ArrivalRate measures how many bits per second have recently arrived at a page, by the page's clock.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/clock.h"

namespace parley {

class ArrivalRate {
 public:
  void Add(Duration arrived, std::size_t bytes);
  // The rate over the last `periods` whole periods of 50 ms (at most kLongest), without the latest one, which
  // may still grow.
  [[nodiscard]] std::uint64_t Over(std::size_t periods) const;
  // The rate over 150 ms, or over up to half a second if only a few packets arrived in 150 ms.
  [[nodiscard]] std::uint64_t Latest() const;

  static constexpr std::size_t kLongest = 20;

 private:
  [[nodiscard]] std::uint64_t BytesOf(std::size_t back) const;

  std::array<std::uint32_t, kLongest + 1> bytes_{};
  std::optional<std::int64_t> newest_, first_;  // periods
};

}  // namespace parley
