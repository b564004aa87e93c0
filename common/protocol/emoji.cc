#include "common/protocol/emoji.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstdint>

namespace parley::protocol {
namespace {

constexpr UChar32 kJoiner = 0x200D;
constexpr UChar32 kEmojiStyle = 0xFE0F;

// Unicode takes new emoji from the free places of two blocks, Transport and Map Symbols and Symbols and
// Pictographs Extended-A. Elsewhere, a picture without the property Emoji is none.
bool IsPicture(UChar32 c) {
  if (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) == 0) return false;
  if (u_hasBinaryProperty(c, UCHAR_EMOJI) != 0) return true;
  const bool takes_new = (c >= 0x1F680 && c <= 0x1F6FF) || (c >= 0x1FA70 && c <= 0x1FAFF);
  return takes_new && u_charType(c) == U_UNASSIGNED;
}

// Pictures, each with a skin tone or the selector of emoji style, joined by zero-width joiners. These are the
// emoji that lack a selector, and those that a later version of Unicode recommends.
bool IsJoinedPictures(const icu::UnicodeString& text) {
  for (std::int32_t at = 0;;) {
    const UChar32 picture = text.char32At(at);
    if (!IsPicture(picture)) return false;
    at = text.moveIndex32(at, 1);
    const UChar32 modifier = text.char32At(at);
    if (modifier == kEmojiStyle || u_hasBinaryProperty(modifier, UCHAR_EMOJI_MODIFIER) != 0) {
      at = text.moveIndex32(at, 1);
    }
    if (at == text.length()) return true;
    if (text.char32At(at) != kJoiner) return false;
    at = text.moveIndex32(at, 1);
  }
}

}  // namespace

bool IsEmoji(std::string_view text) {
  const auto emoji = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  return u_stringHasBinaryProperty(emoji.getBuffer(), emoji.length(), UCHAR_RGI_EMOJI) != 0 ||
         (!emoji.isEmpty() && IsJoinedPictures(emoji));
}

}  // namespace parley::protocol
