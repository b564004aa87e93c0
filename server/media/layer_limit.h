// LayerLimit decides which layer of simulcast one page can receive at most. It goes down a layer when the
// page loses packets or estimates less bandwidth than it is sent (REMB), and up again after a long wait. A
// layer that proved too much is retried with exponential back-off.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/clock.h"

namespace parley {

class LayerLimit {
 public:
  // The page's report of one picture: the share of 256 that was lost.
  void Report(std::uint8_t fraction_lost, MonotonicTime now);
  // The page's estimate, and what it is sent, in bits per second.
  void Estimate(std::uint64_t estimate, std::uint64_t sent, MonotonicTime now);

  // The highest layer that may be sent; the lowest one is 0.
  [[nodiscard]] std::size_t Highest(MonotonicTime now);

 private:
  void Lower(MonotonicTime now);

  static constexpr std::size_t kTop = 2;
  std::size_t highest_ = kTop;
  std::optional<MonotonicTime> changed_;
  Duration wait_{0};       // before the next layer up
  bool raised_ = false;    // the latest change went up
  int low_estimates_ = 0;  // one after the other
};

}  // namespace parley
