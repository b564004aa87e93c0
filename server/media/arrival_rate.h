// ArrivalRate is how many bits a second arrived at a page lately, by the page's clock.

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
  // Over so many whole periods of 50 ms before the latest one, at most kLongest.
  [[nodiscard]] std::uint64_t Over(std::size_t periods) const;
  // Over as few periods as say something: 150 ms, or at low rates, where that is only a few packets, up to
  // half a second.
  [[nodiscard]] std::uint64_t Latest() const;

  static constexpr std::size_t kLongest = 20;

 private:
  [[nodiscard]] std::uint64_t BytesOf(std::size_t back) const;

  std::array<std::uint32_t, kLongest + 1> bytes_{};
  std::optional<std::int64_t> newest_, first_;  // periods
};

}  // namespace parley
