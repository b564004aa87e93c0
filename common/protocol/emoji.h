// Says what counts as one emoji (Unicode Technical Standard #51, by ICU).

#pragma once

#include <string_view>

namespace parley::protocol {

// Whether `text` is one emoji and nothing else: with its skin tone, as a flag, a keycap, or several joined to
// one. Emoji that are newer than ICU's tables count, too. Digits and letters do not.
bool IsEmoji(std::string_view text);

}  // namespace parley::protocol
