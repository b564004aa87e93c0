#include "common/net/connector.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "common/net/resolve.h"

namespace parley {
namespace {

using asio::ip::tcp;

// Asio's own connect() waits for the outcome in poll(), also where the socket is non-blocking.
std::error_code StartConnect(tcp::socket& socket, const tcp::endpoint& address) {
  std::error_code error;
  socket.open(address.protocol(), error);
  if (error) return error;
  socket.non_blocking(true, error);
  if (error) return error;
  const auto size = static_cast<socklen_t>(address.size());
  if (::connect(socket.native_handle(), address.data(), size) == 0) return {};
  if (errno == EINPROGRESS || errno == EINTR) return {};  // a signal doesn't stop it either
  return {errno, std::system_category()};
}

// A connect to a free port of this machine may be given that very port as its own, and then reaches itself.
bool IsConnectedToItself(const tcp::socket& socket, const tcp::endpoint& remote) {
  std::error_code ignored;
  return socket.local_endpoint(ignored) == remote;
}

}  // namespace

std::optional<Connector> Connector::Start(const Endpoint& endpoint, std::error_code& error) try {
  Connector connector;
  connector.addresses_ = Resolve(endpoint, error);
  if (error || !connector.Begin(error)) return std::nullopt;
  return connector;
} catch (const std::system_error& failure) {
  error = ToStandard(failure.code());  // Asio's context needs a descriptor of its own, once
  return std::nullopt;
}

int Connector::descriptor() {
  return socket_.native_handle();
}

Connector::Status Connector::Finish(std::error_code& error) {
  int outcome = 0;
  socklen_t size = sizeof(outcome);
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) outcome = errno;
  error.assign(outcome, std::system_category());
  if (!error) {
    const tcp::endpoint remote = socket_.remote_endpoint(error);
    if (error == asio::error::not_connected) {
      error.clear();
      return Status::kWaiting;
    }
    if (!error && IsConnectedToItself(socket_, remote)) error = asio::error::connection_refused;
  }
  return error ? Next(error) : Status::kConnected;
}

Connector::Status Connector::GiveUpAddress(std::error_code& error) {
  error = asio::error::timed_out;
  return Next(error);
}

Stream Connector::TakeStream() {
  return Stream(std::move(socket_));
}

Connector::Status Connector::Next(std::error_code& error) {
  ++next_;
  return Begin(error) ? Status::kNext : Status::kFailed;
}

bool Connector::Begin(std::error_code& error) {
  for (; next_ < addresses_.size(); ++next_) {
    socket_ = tcp::socket(SocketContext());
    error = StartConnect(socket_, addresses_[next_]);
    if (!error) return true;
  }
  std::error_code ignored;
  socket_.close(ignored);
  error = ToStandard(error);
  return false;
}

}  // namespace parley
