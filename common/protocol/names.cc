#include "common/protocol/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley::protocol {
namespace {

// No character has a canonical decomposition into more than this many. A text with more than so many times
// the characters allowed can't compose to a name, and is not worth normalising: sorting a long run of
// combining marks would take a time that grows with its square.
constexpr std::size_t kLongestDecomposition = 4;

constexpr int kNfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
constexpr int kNfkcCasefold = kNfc | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

std::optional<std::string> Normalise(std::string_view text, int options) {
  std::uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const std::uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

bool IsBidirectionalControl(std::int32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// A zero-width space or non-joiner, a BOM. The joiner stays: emoji of several people are made with it.
bool IsInvisible(std::int32_t c) {
  return c == 0x200B || c == 0x200C || c == 0xFEFF;
}

bool IsAllowed(std::int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return !IsBidirectionalControl(c) && !IsInvisible(c);
  }
}

bool IsSpace(std::int32_t c) {
  return utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

// `text` is valid UTF-8 and not empty.
bool HasOnlyAllowed(std::string_view text) {
  std::int32_t c = 0;
  bool at_start = true;
  while (!text.empty()) {
    const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                                                   static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (size <= 0 || !IsAllowed(c) || (at_start && IsSpace(c))) return false;
    at_start = false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return !IsSpace(c);
}

std::optional<Name> MakeName(std::string_view text, std::size_t most) {
  if (text.empty() || !IsValidUtf8(text)) return std::nullopt;
  if (CountCodePoints(text) > most * kLongestDecomposition) return std::nullopt;
  std::optional<std::string> shown = Normalise(text, kNfc);
  if (!shown || shown->empty() || CountCodePoints(*shown) > most || !HasOnlyAllowed(*shown)) {
    return std::nullopt;
  }
  std::optional<std::string> key = Normalise(*shown, kNfkcCasefold);
  if (!key || key->empty()) return std::nullopt;
  return Name{std::move(*shown), std::move(*key)};
}

// Eight ASCII characters at once, in any order of bytes.
constexpr std::uint64_t EachByte(std::uint64_t byte) {
  return byte * 0x0101'0101'0101'0101U;
}
constexpr bool IsAscii(std::uint64_t eight) {
  return (eight & EachByte(0x80)) == 0;
}
// Adding takes the characters from 'A' on, and those behind 'Z', over 0x80. No byte overflows into the next.
constexpr std::uint64_t LowerAscii(std::uint64_t eight) {
  const std::uint64_t from_a = eight + EachByte(0x80 - 'A');
  const std::uint64_t behind_z = eight + EachByte(0x80 - 'Z' - 1);
  return eight | ((from_a ^ behind_z) & EachByte(0x80)) >> 2U;
}
static_assert(LowerAscii(0x40'41'5A'5B'61'7A'00'7F) == 0x40'61'7A'5B'61'7A'00'7F);

constexpr char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Folds what most messages are made of, many times faster than the tables do: ASCII, Chinese characters and
// their punctuation. False if the text has anything else. Such a text has nothing to compose or to reorder.
bool FoldCommon(std::string_view text, std::string& folded) {
  folded.resize(text.size());
  const char* in = text.data();
  const char* const end = in + text.size();
  char* out = folded.data();
  while (in != end) {
    std::uint64_t eight = 0;
    if (static_cast<std::size_t>(end - in) >= sizeof eight) {
      std::memcpy(&eight, in, sizeof eight);
      if (IsAscii(eight)) {
        eight = LowerAscii(eight);
        std::memcpy(out, &eight, sizeof eight);
        in += sizeof eight;
        out += sizeof eight;
        continue;
      }
    }
    if (static_cast<unsigned char>(*in) < 0x80) {
      *out++ = LowerAscii(*in++);
      continue;
    }
    if (end - in < 3) return false;
    const auto byte = [in](std::size_t at) { return static_cast<unsigned char>(in[at]); };
    const std::uint32_t point = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (byte(0) < 0xE0 || byte(0) > 0xEF || (byte(1) & 0xC0U) != 0x80 || (byte(2) & 0xC0U) != 0x80) {
      return false;
    }
    if (point >= 0xFF01 && point <= 0xFF5E) {  // ASCII, as wide as a Chinese character
      *out++ = LowerAscii(static_cast<char>(point - 0xFF01 + '!'));
    } else if (point == 0x3000) {  // a space of that width
      *out++ = ' ';
    } else if (point == 0x3001 || point == 0x3002 || (point >= 0x4E00 && point <= 0x9FFF)) {
      out = std::copy_n(in, 3, out);
    } else {
      return false;
    }
    in += 3;
  }
  folded.resize(static_cast<std::size_t>(out - folded.data()));
  return true;
}

}  // namespace

std::optional<Name> PersonName(std::string_view text) {
  return MakeName(text, limits::kNameCodePoints);
}

std::optional<Name> RoomName(std::string_view text) {
  if (text.find('/') != std::string_view::npos) return std::nullopt;
  return MakeName(text, limits::kRoomNameCodePoints);
}

std::string Folded(std::string_view text) {
  std::string folded;
  if (FoldCommon(text, folded)) return folded;
  return Normalise(text, kNfkcCasefold).value_or(std::string(text));
}

}  // namespace parley::protocol
