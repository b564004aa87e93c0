#include "common/base/endpoint.h"

#include <charconv>
#include <system_error>

namespace parley {
namespace {

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;  // nothing: there was no colon
};

std::optional<HostAndPort> SplitBracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(1, end - 1);
  if (host.find(':') == std::string_view::npos) return std::nullopt;  // brackets are IPv6's
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty()) return HostAndPort{host, std::nullopt};
  if (rest.front() != ':') return std::nullopt;
  return HostAndPort{host, rest.substr(1)};
}

// `host` still holds colons where it is a bare IPv6 address.
std::optional<HostAndPort> Split(std::string_view text) {
  if (text.starts_with('[')) return SplitBracketed(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return HostAndPort{text, std::nullopt};
  }
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return port;
}

std::optional<Endpoint> Parse(std::string_view text, std::optional<std::uint16_t> default_port) {
  const auto parts = Split(text);
  if (!parts || parts->host.empty() || parts->host.find_first_of("[] \t\r\n") != std::string_view::npos) {
    return std::nullopt;
  }
  const auto port = parts->port ? ParsePort(*parts->port) : default_port;
  if (!port) return std::nullopt;
  return Endpoint{std::string(parts->host), *port};
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(std::string_view text) {
  return Parse(text, std::nullopt);
}

std::optional<Endpoint> ParseEndpoint(std::string_view text, std::uint16_t default_port) {
  return Parse(text, default_port);
}

std::string ToString(const Endpoint& endpoint) {
  const bool brackets = endpoint.host.find(':') != std::string::npos;
  const std::string host = brackets ? '[' + endpoint.host + ']' : endpoint.host;
  return host + ':' + std::to_string(endpoint.port);
}

}  // namespace parley
