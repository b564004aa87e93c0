#include "client/chat/mention.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace parley::client {
namespace {

// Of ASCII only: scripts that write no spaces between words have no others.
bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool SameLetter(char one, char other) {
  return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
}

}  // namespace

bool Mentions(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (auto from = text.begin();; ++from) {
    from = std::search(from, text.end(), name.begin(), name.end(), SameLetter);
    if (from == text.end()) return false;
    const auto end = from + static_cast<std::ptrdiff_t>(name.size());
    const bool begins = from == text.begin() || !IsWord(*(from - 1)) || !IsWord(name.front());
    const bool ends = end == text.end() || !IsWord(*end) || !IsWord(name.back());
    if (begins && ends) return true;
  }
}

}  // namespace parley::client
