#include "common/codec/lines.h"

#include <algorithm>

namespace parley {

LineDecoder::Result LineDecoder::Next(std::string_view input) {
  // A newline further on than "\r\n" after a line of full length ends a line that is too long anyway.
  const std::string_view window = input.substr(0, max_ + 2);
  const std::size_t newline = window.find('\n', std::min(searched_, window.size()));
  if (newline != std::string_view::npos) {
    std::string_view line = window.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > max_) return {Status::kTooLong, {}};
    searched_ = 0;
    return {Status::kLine, line, newline + 1};
  }
  searched_ = window.size();
  const bool may_end = window.size() <= max_ || (window.size() == max_ + 1 && window.back() == '\r');
  return {may_end ? Status::kNeedMore : Status::kTooLong, {}};
}

}  // namespace parley
