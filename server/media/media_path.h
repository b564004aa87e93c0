// MediaPath is the way that packets take between a page and the server: a pair of addresses, by UDP or by one
// TCP connection.

#pragma once

#include <cstdint>

#include "common/base/socket_address.h"

namespace parley {

struct MediaPath {
  SocketAddress remote;
  SocketAddress local;       // the address that the page sends to; its port is not used
  std::uint64_t stream = 0;  // the number of the TCP connection, which is never used again; 0: UDP

  bool operator==(const MediaPath&) const = default;
};

}  // namespace parley
