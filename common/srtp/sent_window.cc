#include "common/srtp/sent_window.h"

#include <algorithm>

namespace parley {

std::optional<std::uint64_t> SentWindow::Use(std::uint16_t sequence) {
  if (!any_) {
    any_ = true;
    highest_ = sequence;
    used_.set(highest_ % kSize);
    return highest_;
  }
  const auto distance =
      static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - (highest_ & 0xFFFFU)));
  if (distance > 0) {
    const auto ahead = static_cast<std::uint64_t>(distance);
    for (std::uint64_t i = 1; i <= std::min<std::uint64_t>(ahead, kSize); ++i)
      used_.reset((highest_ + i) % kSize);
    highest_ += ahead;
    used_.set(highest_ % kSize);
    return highest_;
  }
  const auto behind = static_cast<std::uint64_t>(-static_cast<int>(distance));
  if (behind >= kSize || behind > highest_) return std::nullopt;
  const std::uint64_t number = highest_ - behind;
  if (used_.test(number % kSize)) return std::nullopt;
  used_.set(number % kSize);
  return number;
}

}  // namespace parley
