// Identifies a connection, and a request whose answer comes later. Values.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace parley {

// The caller's number for a connection. It is used again after the connection's end, so Origin also has a
// serial number.
using PeerIndex = std::uint32_t;
inline constexpr PeerIndex kNoPeer = ~PeerIndex{0};

// The author of a request whose answer comes later. The member may be gone by then.
struct Origin {
  PeerIndex peer = kNoPeer;
  std::uint64_t serial = 0;  // of the member, never used again
  std::optional<std::string> ref;
};

}  // namespace parley
