// Removes the byte order mark that some editors put at the beginning of a UTF-8 text.

#pragma once

#include <string_view>

namespace parley {

// `text` without a byte order mark at its beginning. A mark further on is text, and stays.
inline std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace parley
