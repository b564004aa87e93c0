// Names of people, accounts and rooms (docs/protocol.md, "Names").

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::protocol {

struct Name {
  std::string shown;  // NFC: how it is written
  std::string key;    // NFKC case folding: how it is compared

  bool operator==(const Name& other) const { return key == other.key; }
};

// Nothing where the name is not allowed: not UTF-8, empty, over 32 (64) code points, a control, separator,
// bidirectional control, zero-width space, non-joiner or BOM in it, a space of any kind at an end, a key that
// is empty; in a room's name also a `/`.
std::optional<Name> PersonName(std::string_view text);
std::optional<Name> RoomName(std::string_view text);

// Folds a text as names are compared (NFKC case folding), to search for one text in another.
std::string Folded(std::string_view text);

}  // namespace parley::protocol
