// Whether a text can do no harm to a terminal, by utf8proc's tables: not those of the code under test.

#pragma once

#include <string_view>

namespace parley::fuzz {

// Valid UTF-8 without control characters, line separators and what changes the direction of writing; a
// newline where `newlines` says so.
bool IsHarmless(std::string_view text, bool newlines = false);

}  // namespace parley::fuzz
