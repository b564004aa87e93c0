#include "common/net/resolve.h"

#include <string>

#include "common/net/stream.h"

namespace parley {

std::vector<asio::ip::tcp::endpoint> Resolve(const Endpoint& endpoint, std::error_code& error) {
  using asio::ip::tcp;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (!error) return {tcp::endpoint(address, endpoint.port)};
  tcp::resolver resolver(SocketContext());
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                      asio::ip::resolver_base::numeric_service, error);
  error = ToStandard(error);
  if (!error && found.empty()) error = asio::error::host_not_found;
  return {found.begin(), found.end()};
}

std::error_code ToStandard(const std::error_code& error) {
  const bool of_system = error.category() == asio::error::get_system_category();
  return of_system ? std::error_code(error.value(), std::system_category()) : error;
}

Endpoint FromAsio(const asio::ip::tcp::endpoint& address) {
  const asio::ip::address host = address.address();
  if (host.is_v6() && host.to_v6().is_v4_mapped()) {
    return {asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6()).to_string(), address.port()};
  }
  return {host.to_string(), address.port()};
}

}  // namespace parley
