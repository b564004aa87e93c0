#include "common/net/udp.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <asio/buffer.hpp>
#include <cerrno>
#include <utility>

#include "common/net/resolve.h"
#include "common/net/stream.h"

namespace parley {
namespace {

using asio::ip::udp;
using std::chrono::milliseconds;

// The kernel ends a wait for bytes after this time.
bool SetPatience(udp::socket& socket, milliseconds patience) {
  timeval time{};
  time.tv_sec = patience.count() / 1000;
  time.tv_usec = patience.count() % 1000 * 1000;
  return ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0;
}

// Nothing where the time is over, or `error` says what went wrong. Asio's own receive would wait on.
std::optional<std::string> Receive(udp::socket& socket, std::error_code& error) {
  std::array<char, 2048> bytes{};
  const ssize_t count = ::recv(socket.native_handle(), bytes.data(), bytes.size(), 0);
  if (count >= 0) return std::string(bytes.data(), static_cast<std::size_t>(count));
  if (errno != EAGAIN && errno != EWOULDBLOCK) error = {errno, std::generic_category()};
  return std::nullopt;
}

}  // namespace

std::optional<UdpConversation> UdpConversation::Start(const Endpoint& server, milliseconds patience,
                                                      std::error_code& error) {
  error.clear();
  const auto addresses = Resolve(server, error);
  if (error || addresses.empty()) return std::nullopt;
  const udp::endpoint remote(addresses.front().address(), server.port);
  udp::socket socket(SocketContext());
  socket.open(remote.protocol(), error);
  if (!error) socket.connect(remote, error);  // so that an ICMP error is heard of
  if (error || !SetPatience(socket, patience)) return std::nullopt;
  return UdpConversation(std::move(socket));
}

std::optional<std::string> UdpConversation::Ask(std::string_view datagram, std::error_code& error) {
  error.clear();
  socket_.send(asio::buffer(datagram.data(), datagram.size()), 0, error);
  if (error) return std::nullopt;
  return Receive(socket_, error);
}

bool HearsItselfByUdp(const std::string& address, milliseconds patience, std::error_code& error) {
  error.clear();
  const auto addresses = Resolve({address, 0}, error);
  if (error || addresses.empty()) return false;
  udp::socket socket(SocketContext());
  const udp::endpoint own(addresses.front().address(), 0);
  socket.open(own.protocol(), error);
  if (!error) socket.bind(own, error);
  if (error || !SetPatience(socket, patience)) return false;
  constexpr std::string_view kWord = "parley";
  socket.send_to(asio::buffer(kWord.data(), kWord.size()), socket.local_endpoint(error), 0, error);
  if (error) return false;
  return Receive(socket, error) == kWord;
}

}  // namespace parley
