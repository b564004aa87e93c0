#include "common/protocol/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

// Folds what most messages are made of, many times faster than the tables do: ASCII, Chinese characters and
// their punctuation. False if the text has anything else. Such a text has nothing to compose or to reorder.
bool FoldCommon(std::string_view text, std::string& folded) {
  folded.resize(text.size());
  char* out = folded.data();
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      *out++ = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      ++i;
      continue;
    }
    if (text.size() - i < 3) return false;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[i + at]); };
    const std::uint32_t point = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (byte(0) < 0xE0 || byte(0) > 0xEF || (byte(1) & 0xC0U) != 0x80 || (byte(2) & 0xC0U) != 0x80) {
      return false;
    }
    if (point >= 0xFF01 && point <= 0xFF5E) {  // ASCII, as wide as a Chinese character
      const char narrow = static_cast<char>(point - 0xFF01 + '!');
      *out++ = narrow >= 'A' && narrow <= 'Z' ? static_cast<char>(narrow - 'A' + 'a') : narrow;
    } else if (point == 0x3000) {  // a space of that width
      *out++ = ' ';
    } else if (point == 0x3001 || point == 0x3002 || (point >= 0x4E00 && point <= 0x9FFF)) {
      out = std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(i), 3, out);
    } else {
      return false;
    }
    i += 3;
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
