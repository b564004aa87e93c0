// Finds the bytes of a JSON string that stand for themselves: all but control characters, '"' and '\'
// (RFC 8259, section 7), and DEL, which JsonWriter escapes too.

#pragma once

#include <cstddef>
#include <string_view>

namespace parley::protocol {

constexpr bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7F && byte != '"' && byte != '\\';
}

// How many bytes at the front are plain, found eight at a time.
std::size_t PlainPrefix(std::string_view text);

}  // namespace parley::protocol
