// Checks UTF-8 (RFC 3629), repairs invalid UTF-8, and cuts text between characters.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

bool IsValidUtf8(std::string_view bytes);

// Code points in valid UTF-8.
std::size_t CountCodePoints(std::string_view text);

// The longest beginning of valid UTF-8 `text` with at most `most` bytes (4 or more) that ends between
// characters.
std::string_view CutUtf8(std::string_view text, std::size_t max);

// Turns a stream of any bytes into valid UTF-8: each maximal ill-formed part becomes one U+FFFD (Unicode 15,
// section 3.9), U+0000 becomes U+FFFD too. The beginning of a character at the end of a chunk is kept for the
// next.
class Utf8Repair {
 public:
  std::string Feed(std::string_view chunk);
  // Whether the beginning of a character waits for its rest.
  [[nodiscard]] bool pending() const { return !tail_.empty(); }

 private:
  std::string tail_;  // at most 3 bytes
};

// The same for bytes that are complete: the beginning of a character at their end becomes U+FFFD, too.
std::string RepairUtf8(std::string_view bytes);

}  // namespace parley
