// Folds texts as names are compared (NFKC case folding), to search for one text in another.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::protocol {

std::string Folded(std::string_view text);
// The words of it, which white space separates, folded; each once, the longest first. A text that lacks a
// word is likely to lack the longest one.
std::vector<std::string> FoldedWords(std::string_view text);

// The same. `folded` keeps its memory, for many texts one after the other. Returns how many bytes of the text
// needed the tables of utf8proc: marks, and letters that are written in several ways. These take many times
// longer than others.
std::size_t Fold(std::string_view text, std::string& folded);

}  // namespace parley::protocol
