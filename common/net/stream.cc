#include "common/net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

#include "common/net/resolve.h"

#if defined(ASIO_HAS_EPOLL)
#error "each socket would be registered with an epoll that nobody waits on: define ASIO_DISABLE_EPOLL"
#endif

namespace parley {
namespace {

#if defined(MSG_NOSIGNAL)
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;                    // Asio gives each socket SO_NOSIGPIPE on macOS
#endif

void SetTcpOption(int descriptor, int option, int value) {
  ::setsockopt(descriptor, IPPROTO_TCP, option, &value, sizeof(value));
}

void SetUpKeepAlive(int descriptor) {
#if defined(TCP_KEEPIDLE)
  SetTcpOption(descriptor, TCP_KEEPIDLE, 60);
#else
  SetTcpOption(descriptor, TCP_KEEPALIVE, 60);  // its name on macOS
#endif
  SetTcpOption(descriptor, TCP_KEEPINTVL, 10);
  SetTcpOption(descriptor, TCP_KEEPCNT, 3);
}

asio::ip::tcp::endpoint RemoteOf(const asio::ip::tcp::socket& socket) {
  std::error_code gone;  // an address of zeros then; the first read says that the peer has left
  return socket.remote_endpoint(gone);
}

IoResult ResultOf(const std::error_code& error, std::size_t bytes) {
  if (!error) return {IoStatus::kOk, bytes};
  if (error == asio::error::eof) return {IoStatus::kEnd};
  const bool later = error == asio::error::would_block || error == asio::error::try_again ||
                     error == asio::error::interrupted;
  return {later ? IoStatus::kWouldBlock : IoStatus::kError};
}

// What send() and sendmsg() say.
IoResult Sent(ssize_t bytes) {
  if (bytes >= 0) return {IoStatus::kOk, static_cast<std::size_t>(bytes)};
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {later ? IoStatus::kWouldBlock : IoStatus::kError};
}

}  // namespace

asio::io_context& SocketContext() {
  static asio::io_context context;
  return context;
}

Stream::Stream(asio::ip::tcp::socket socket) : Stream(std::move(socket), asio::ip::tcp::endpoint()) {
  remote_ = FromAsio(RemoteOf(socket_));
}

Stream::Stream(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote)
    : socket_(std::move(socket)), remote_(FromAsio(remote)) {
  // None of these fails on a socket that was connected once; where the peer has left since, reading tells.
  std::error_code ignored;
  socket_.non_blocking(true, ignored);  // native_non_blocking would leave Asio waiting in poll()
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  SetUpKeepAlive(socket_.native_handle());
}

IoResult Stream::Read(std::span<char> into) {
  assert(!into.empty());
  std::error_code error;
  const std::size_t bytes = socket_.read_some(asio::buffer(into.data(), into.size()), error);
  return ResultOf(error, bytes);
}

IoResult Stream::Peek(char& first) {
  std::error_code error;
  const std::size_t bytes = socket_.receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  return ResultOf(error, bytes);
}

// Without Asio, whose way to sendmsg() is twice as long: each delivery is sent here. For a single view, which
// is the usual case, send() is cheaper: the kernel has no list of pieces to copy and to check.
IoResult Stream::Write(std::span<const std::string_view> views) {
  if (views.size() == 1) {
    return Sent(::send(socket_.native_handle(), views[0].data(), views[0].size(), kNoSignal));
  }
  std::array<iovec, kMostViews>
      pieces;  // NOLINT(cppcoreguidelines-pro-type-member-init): it would be cleared
  const std::size_t count = std::min(views.size(), pieces.size());
  for (std::size_t i = 0; i < count; ++i) {
    pieces[i] = {const_cast<char*>(views[i].data()), views[i].size()};  // sendmsg() only reads it
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
  return Sent(::sendmsg(socket_.native_handle(), &message, kNoSignal));
}

void Stream::FinishSending() {
  std::error_code gone;
  socket_.shutdown(asio::socket_base::shutdown_send, gone);
}

std::error_code Stream::TakeError() {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return {error, std::system_category()};
}

SocketAddress Stream::remote_address() const {
  SocketAddress address;
  address.port = remote_.port;
  std::error_code unreadable;  // FromAsio wrote it
  const auto ip = asio::ip::make_address(remote_.host, unreadable);
  if (ip.is_v4()) {
    const auto bytes = ip.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), address.ip.begin());
  } else {
    const auto bytes = ip.to_v6().to_bytes();
    std::copy(bytes.begin(), bytes.end(), address.ip.begin());
    address.is_ipv6 = true;
  }
  return address;
}

int Stream::descriptor() {
  return socket_.native_handle();
}

}  // namespace parley
