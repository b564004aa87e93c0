// Folds texts as names are compared (NFKC case folding), to search for one text in another.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::protocol {

std::string Folded(std::string_view text);

// The same. `folded` keeps its memory, for many texts one after the other. Returns how many bytes of the text
// needed the tables of utf8proc: marks, and letters that are written in several ways. These take many times
// longer than others.
std::size_t Fold(std::string_view text, std::string& folded);

}  // namespace parley::protocol
