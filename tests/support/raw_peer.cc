#include "tests/support/raw_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "tests/support/deadline.h"

namespace parley::test {
namespace {

sockaddr_in Address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

sockaddr_in6 Ipv6Address(const std::string& host, std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  inet_pton(AF_INET6, host.c_str(), &address.sin6_addr);
  return address;
}

bool IsIpv6(const std::string& host) {
  return host.find(':') != std::string::npos;
}

void Check(int result, const char* what) {
  if (result != 0) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

RawPeer::RawPeer(std::uint16_t port, const Options& options)
    : socket_(socket(IsIpv6(options.server) ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  Check(socket_.get() < 0 ? -1 : 0, "socket");
  const int on = 1;
  Check(setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  if (options.receive_buffer > 0) {
    Check(setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer),
          "SO_RCVBUF");
  }
  if (IsIpv6(options.server)) {
    const sockaddr_in6 server = Ipv6Address(options.server, port);
    Check(connect(fd(), reinterpret_cast<const sockaddr*>(&server), sizeof server), "connect");
    return;
  }
  const sockaddr_in source = Address(options.source, 0);
  Check(setsockopt(fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "IP_BIND_ADDRESS_NO_PORT");
  Check(bind(fd(), reinterpret_cast<const sockaddr*>(&source), sizeof source), "bind");
  const sockaddr_in server = Address(options.server, port);
  Check(connect(fd(), reinterpret_cast<const sockaddr*>(&server), sizeof server), "connect");
}

void RawPeer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    WaitFor(POLLOUT);
    const ssize_t count = send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) throw Failure(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string RawPeer::Receive() {
  if (buffer_.empty() && !Fill() && reset_) throw Failure("the connection was reset");
  return std::exchange(buffer_, {});
}

std::string RawPeer::ReceiveExactly(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

std::string RawPeer::ReceiveThrough(std::string_view end) {
  std::size_t searched = 0;
  std::size_t found = 0;
  while ((found = buffer_.find(end, searched)) == std::string::npos) {
    searched = buffer_.size() < end.size() ? 0 : buffer_.size() - end.size() + 1;
    if (!Fill()) return std::exchange(buffer_, {});
  }
  return ReceiveExactly(found + end.size());
}

std::string RawPeer::ReceiveToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, {});
}

bool RawPeer::HasMail() const {
  pollfd entry{fd(), POLLIN, 0};
  return !buffer_.empty() || poll(&entry, 1, 0) > 0;
}

void RawPeer::ShutdownSend() {
  Check(shutdown(fd(), SHUT_WR), "shutdown");
}

void RawPeer::Reset() {
  const linger at_once{1, 0};
  Check(setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "SO_LINGER");
  Close();
}

void RawPeer::WaitFor(short events) {
  const Deadline deadline;
  pollfd entry{fd(), events, 0};
  int ready = 0;
  while ((ready = poll(&entry, 1, deadline.MillisecondsLeft())) < 0 && errno == EINTR) {
  }
  if (ready == 0) {
    throw Failure(std::string(events == POLLIN ? "nothing came" : "the server does not read") +
                  "; received and not taken yet: " + buffer_.substr(0, 500));
  }
}

bool RawPeer::Fill() {
  std::array<char, 65536> chunk;
  while (true) {
    WaitFor(POLLIN);
    const ssize_t count = recv(fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0 && errno != ECONNRESET) throw Failure(std::string("recv: ") + std::strerror(errno));
    reset_ = count < 0;
    if (count > 0) buffer_.append(chunk.data(), static_cast<std::size_t>(count));
    return count > 0;
  }
}

}  // namespace parley::test
