#include "common/net/listener.h"

#include <asio/ip/v6_only.hpp>
#include <cerrno>
#include <utility>

#include "common/net/resolve.h"

namespace parley {
namespace {

using asio::ip::tcp;

bool IsBothFamilies(const tcp::endpoint& address) {
  return address.address().is_v6() && address.address().is_unspecified();
}

bool BindAndListen(tcp::acceptor& acceptor, const tcp::endpoint& address, std::error_code& error) {
  acceptor.open(address.protocol(), error);
  if (error) return false;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return false;
  if (IsBothFamilies(address)) {
    acceptor.set_option(asio::ip::v6_only(false), error);
    if (error) return false;
  }
  acceptor.bind(address, error);
  if (error) return false;
  acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return false;
  // Both keep Asio's accept() from waiting in poll(): with nothing there, and after an aborted connection.
  acceptor.non_blocking(true, error);
  if (error) return false;
  acceptor.set_option(tcp::acceptor::enable_connection_aborted(true), error);
  return !error;
}

// The kernel has no IPv6, or none is set up here, or one socket can't take both families.
bool MeansNoIpv6(const std::error_code& error) {
  switch (error.value()) {
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case EADDRNOTAVAIL:
    case ENOPROTOOPT:
      return true;
    default:
      return false;
  }
}

// Errors of one connection, which accept() has taken off the queue (Linux hands on those of its network), and
// a signal.
bool IsOfOneConnection(const std::error_code& error) {
  switch (error.value()) {
    case ECONNABORTED:
    case EPROTO:
    case EINTR:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
#if defined(ENONET)
    case ENONET:
#endif
      return true;
    default:
      return false;
  }
}

Listener::Status StatusOf(const std::error_code& error) {
  if (error == asio::error::would_block || error == asio::error::try_again) {
    return Listener::Status::kWouldBlock;
  }
  // EMFILE, ENFILE, ENOBUFS, ENOMEM; and what nobody foresaw: a pause is safe where another try may spin.
  return IsOfOneConnection(error) ? Listener::Status::kRetry : Listener::Status::kOutOfDescriptors;
}

}  // namespace

std::optional<Listener> Listener::Open(const Endpoint& endpoint, std::error_code& error) try {
  for (const tcp::endpoint& address : Resolve(endpoint, error)) {
    tcp::acceptor acceptor(SocketContext());
    if (BindAndListen(acceptor, address, error)) return Listener(std::move(acceptor));
    if (!IsBothFamilies(address) || !MeansNoIpv6(error)) continue;
    tcp::acceptor of_ipv4(SocketContext());
    const tcp::endpoint any(asio::ip::address_v4::any(), address.port());
    if (BindAndListen(of_ipv4, any, error)) return Listener(std::move(of_ipv4));
  }
  error = ToStandard(error);
  return std::nullopt;
} catch (const std::system_error& failure) {
  error = ToStandard(failure.code());  // Asio's context needs a descriptor of its own, once
  return std::nullopt;
}

Listener::Accepted Listener::Accept() {
  std::error_code error;
  tcp::endpoint remote;
  tcp::socket socket = acceptor_.accept(SocketContext(), remote, error);
  if (error) return {StatusOf(error), std::nullopt};
  return {Status::kAccepted, Stream(std::move(socket), remote)};
}

int Listener::descriptor() {
  return acceptor_.native_handle();
}

Endpoint Listener::local() const {
  std::error_code ignored;  // it is bound
  return FromAsio(acceptor_.local_endpoint(ignored));
}

}  // namespace parley
