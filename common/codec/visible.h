// Makes the text of others safe for a terminal: nothing in it can move the cursor, change colours or hide
// other text.

#pragma once

#include <string>
#include <string_view>

#include "common/codec/utf8.h"

namespace parley {

// Control characters become visible: `^[` for ESC, `<U+009B>` for those beyond ASCII, for line separators and
// for what can turn a whole line around (bidirectional embeddings, overrides and isolates). Direction marks
// and zero-width spaces and joiners stay as they are: text is written with them. Invalid UTF-8 becomes
// U+FFFD. The result is one line.
std::string Visible(std::string_view text);

// The same, but each newline of `text` is followed by `margin`, so that a line of a text can't pass for
// another message.
std::string VisibleLines(std::string_view text, std::string_view margin);

// The same for bytes that come in chunks, without a margin: lines stay lines, also those that end with CR LF.
// The beginning of a character at the end of a chunk is kept for the next, and so is a CR.
class VisibleStream {
 public:
  std::string Feed(std::string_view chunk);

 private:
  Utf8Repair repair_;
  bool return_waits_ = false;
};

}  // namespace parley
