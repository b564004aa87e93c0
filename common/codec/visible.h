// What others wrote, made safe for a terminal: nothing in it can move the cursor, change colours or hide
// what stands there.

#pragma once

#include <string>
#include <string_view>

namespace parley {

// Control characters become visible: `^[` for ESC, `<U+009B>` for those beyond ASCII, for bidirectional
// controls and line separators. Invalid UTF-8 becomes U+FFFD. The result is one line.
std::string Visible(std::string_view text);

// The same, but each newline of `text` is followed by `margin`, so that a line of a text can't pass for
// another message.
std::string VisibleLines(std::string_view text, std::string_view margin);

}  // namespace parley
