#include "common/protocol/json_plain.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace parley::protocol {
namespace {

using Word = std::uint64_t;
constexpr Word kEachByte = 0x0101010101010101;
constexpr Word kHighBits = 0x80 * kEachByte;

// Has a high bit set where a byte of `word` is below `bound`, if that byte's own high bit is not set. Marks
// above the lowest right one may be wrong: they come from its borrow.
constexpr Word Below(Word word, Word bound) {
  return word - bound * kEachByte;
}

constexpr Word Is(Word word, Word byte) {
  return Below(word ^ (byte * kEachByte), 1);
}

// Marks the bytes that are not plain at their high bits. Zero: all are. The lowest mark is right.
constexpr Word NotPlain(Word word) {
  return (Below(word, 0x20) | Is(word, '"') | Is(word, '\\') | Is(word, 0x7F)) & ~word & kHighBits;
}

}  // namespace

std::size_t PlainPrefix(std::string_view text) {
  std::size_t size = 0;
  for (; text.size() - size >= sizeof(Word); size += sizeof(Word)) {
    Word word = 0;
    std::memcpy(&word, text.data() + size, sizeof(word));
    const Word others = NotPlain(word);
    if (others == 0) continue;
    if constexpr (std::endian::native == std::endian::little) {
      return size + static_cast<std::size_t>(std::countr_zero(others)) / 8;
    }
    break;
  }
  while (size < text.size() && IsPlain(text[size])) ++size;
  return size;
}

}  // namespace parley::protocol
