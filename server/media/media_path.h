// MediaPath is the way that packets take between a page and the server: a pair of addresses, by UDP or by one
// TCP connection.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "common/base/socket_address.h"

namespace parley {

struct MediaPath {
  SocketAddress remote;
  SocketAddress local;       // the address that the page sends to; its port is not used
  std::uint64_t stream = 0;  // the number of the TCP connection, which is never used again; 0: UDP

  bool operator==(const MediaPath&) const = default;
};

struct MediaPathHash {
  std::size_t operator()(const MediaPath& path) const noexcept {
    return std::hash<SocketAddress>()(path.remote) * 31 + std::hash<std::uint64_t>()(path.stream);
  }
};

}  // namespace parley
