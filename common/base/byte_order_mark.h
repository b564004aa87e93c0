// The byte order mark that some editors put in front of a text in UTF-8.

#pragma once

#include <string_view>

namespace parley {

// `text` without the byte order mark that it begins with, if it does. One further on stays: there it is text.
inline std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace parley
