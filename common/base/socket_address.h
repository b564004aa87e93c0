// SocketAddress is an IP address and a port as bytes: cheap to copy, to compare and to look up. Endpoint is
// the form that people write.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace parley {

struct SocketAddress {
  // In network byte order. An IPv4 address is in the first four bytes, and the rest is zero. An IPv4 address
  // that is mapped into IPv6 (::ffff:192.0.2.1) is stored as IPv4, because peers know it as that.
  std::array<unsigned char, 16> ip{};
  std::uint16_t port = 0;  // in the order of this machine
  bool is_ipv6 = false;

  bool operator==(const SocketAddress&) const = default;
};

}  // namespace parley

/// @cond  Doxygen cannot place it.
template <>
struct std::hash<parley::SocketAddress> {
  std::size_t operator()(const parley::SocketAddress& address) const noexcept {
    const std::string_view bytes(reinterpret_cast<const char*>(address.ip.data()), address.ip.size());
    return std::hash<std::string_view>()(bytes) * 31 + address.port;
  }
};
/// @endcond
