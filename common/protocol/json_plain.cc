#include "common/protocol/json_plain.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace parley::protocol {
namespace {

using Word = std::uint64_t;
constexpr Word kEachByte = 0x0101010101010101;
constexpr Word kHighBits = 0x80 * kEachByte;

// Marks bytes of `word` that are below `bound`, which is at most 0x80, at their high bits. Zero: there is
// none.
constexpr Word HasBelow(Word word, Word bound) {
  return (word - bound * kEachByte) & ~word & kHighBits;
}

constexpr Word Has(Word word, Word byte) {
  return HasBelow(word ^ (byte * kEachByte), 1);
}

}  // namespace

std::size_t PlainPrefix(std::string_view text) {
  std::size_t size = 0;
  for (; text.size() - size >= sizeof(Word); size += sizeof(Word)) {
    Word word = 0;
    std::memcpy(&word, text.data() + size, sizeof(word));
    const Word others = HasBelow(word, 0x20) | Has(word, '"') | Has(word, '\\') | Has(word, 0x7F);
    if (others == 0) continue;
    // The lowest mark is right. Those above it may come from its borrow.
    if constexpr (std::endian::native == std::endian::little) {
      return size + static_cast<std::size_t>(std::countr_zero(others)) / 8;
    }
    break;
  }
  while (size < text.size() && IsPlain(text[size])) ++size;
  return size;
}

}  // namespace parley::protocol
