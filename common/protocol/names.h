// Checks and normalises the names of people, accounts and rooms (docs/protocol.md, "Names").

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

// Nothing if the name is not allowed: it is not UTF-8, is empty, has over 32 (64) code points, has a control,
// separator, bidirectional control, zero-width space, non-joiner or BOM in it, begins or ends with a space of
// any kind, or has an empty key. The name of a room must not have a `/`, either.
std::optional<Name> PersonName(std::string_view text);
std::optional<Name> RoomName(std::string_view text);

}  // namespace parley::protocol
