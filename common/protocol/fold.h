// Folds texts as names are compared (NFKC case folding), to search for one text in another.

#pragma once

#include <string>
#include <string_view>

namespace parley::protocol {

std::string Folded(std::string_view text);

// The same. `folded` keeps its memory, for many texts one after the other.
void Fold(std::string_view text, std::string& folded);

}  // namespace parley::protocol
