// Finds out whether a text mentions somebody.

#pragma once

#include <string_view>

namespace parley::client {

// The name stands in the text as a word of its own, with or without an `@`. The case of ASCII letters does
// not count. An empty name is in no text.
[[nodiscard]] bool Mentions(std::string_view text, std::string_view name);

}  // namespace parley::client
