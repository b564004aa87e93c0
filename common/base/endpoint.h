// Endpoint is an address to listen on or to connect to, as people write it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct Endpoint {
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

// `127.0.0.1:8080`, `[::1]:8080`, `host:8080`. Nothing if the host or the port is missing, or if the port is
// not a number from 0 to 65535.
std::optional<Endpoint> ParseEndpoint(std::string_view text);
// The same, but the port may be missing: then it is `default_port`. A bare IPv6 address needs no brackets.
std::optional<Endpoint> ParseEndpoint(std::string_view text, std::uint16_t default_port);

// `127.0.0.1:8080` or `[::1]:8080`.
std::string ToString(const Endpoint& endpoint);

}  // namespace parley
