#include "common/protocol/names.h"

#include <utf8proc.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/protocol/normalise.h"

namespace parley::protocol {
namespace {

// No character has a canonical decomposition into more than this many. A text with more than so many times
// the characters allowed can't compose to a name, and is not worth normalising: sorting a long run of
// combining marks would take a time that grows with its square.
constexpr std::size_t kLongestDecomposition = 4;

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

std::optional<Name> MakeName(std::string_view text, std::size_t max) {
  if (text.empty() || !IsValidUtf8(text)) return std::nullopt;
  if (CountCodePoints(text) > max * kLongestDecomposition) return std::nullopt;
  std::optional<std::string> shown = Normalise(text, kNfc);
  if (!shown || shown->empty() || CountCodePoints(*shown) > max || !HasOnlyAllowed(*shown)) {
    return std::nullopt;
  }
  std::optional<std::string> key = Normalise(*shown, kNfkcCasefold);
  if (!key || key->empty()) return std::nullopt;
  return Name{std::move(*shown), std::move(*key)};
}

}  // namespace

std::optional<Name> PersonName(std::string_view text) {
  return MakeName(text, limits::kNameCodePoints);
}

std::optional<Name> RoomName(std::string_view text) {
  if (text.find('/') != std::string_view::npos) return std::nullopt;
  return MakeName(text, limits::kRoomNameCodePoints);
}

}  // namespace parley::protocol
