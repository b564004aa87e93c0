// Counts of times, by which percentiles can be told within 6 %.

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace parley::bench {

class Histogram {
 public:
  void Add(std::uint64_t value) {
    ++counts_[IndexOf(value)];
    ++total_;
  }

  // The value that `share` of all are not above.
  [[nodiscard]] std::uint64_t Percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      passed += counts_[i];
      if (passed > wanted || passed == total_) return ValueOf(i);
    }
    return 0;
  }

 private:
  // Sixteen steps for each doubling; below sixteen a step is one.
  static constexpr unsigned kStepBits = 4;
  static constexpr std::size_t kSteps = std::size_t{1} << kStepBits;

  static std::size_t IndexOf(std::uint64_t value) {
    if (value < kSteps) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
    return shift * kSteps + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t ValueOf(std::size_t index) {
    if (index < 2 * kSteps) return index;
    const std::size_t shift = index / kSteps - 1;
    return (kSteps + index % kSteps) << shift;
  }

  std::array<std::uint64_t, 61 * kSteps> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace parley::bench
