#include "tests/common/net/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/io/selector.h"

namespace parley {
namespace {

constexpr std::chrono::seconds kPatience{10};

int Checked(long result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return static_cast<int>(result);
}

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool Await(int descriptor, bool readable) {
  Selector selector;
  selector.Watch(descriptor, readable, !readable);
  return !selector.Wait(kPatience).empty();
}

}  // namespace

RawSocket::RawSocket() : descriptor_(Checked(::socket(AF_INET, SOCK_STREAM, 0), "socket")) {
}

RawSocket::RawSocket(std::uint16_t port) : RawSocket() {
  Connect(port);
}

RawSocket::~RawSocket() {
  Close();
}

RawSocket::RawSocket(RawSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {
}

void RawSocket::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    // Not send(), which fails by lot (spied_calls.h).
    const auto sent =
        Checked(::sendto(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0), "sendto");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string RawSocket::Receive(std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const auto part = Checked(::recv(descriptor_, bytes.data() + got, count - got, 0), "recv");
    if (part == 0) break;
    got += static_cast<std::size_t>(part);
  }
  bytes.resize(got);
  return bytes;
}

void RawSocket::FinishSending() const {
  Checked(::shutdown(descriptor_, SHUT_WR), "shutdown");
}

void RawSocket::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  Checked(::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), "SO_LINGER");
  Close();
}

void RawSocket::Close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawSocket::ShrinkReceiveBuffer() const {
  const int size = 4096;
  Checked(::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), "SO_RCVBUF");
}

void RawSocket::Connect(std::uint16_t port) const {
  const sockaddr_in address = Loopback(port);
  Checked(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "connect");
}

void RawSocket::Bind() const {
  const sockaddr_in address = Loopback(0);
  Checked(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
}

std::uint16_t RawSocket::local_port() const {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  Checked(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

bool AwaitReadable(int descriptor) {
  return Await(descriptor, true);
}

bool AwaitWritable(int descriptor) {
  return Await(descriptor, false);
}

std::string ReadBytes(Stream& stream, std::size_t count) {
  std::string bytes;
  std::array<char, 4096> buffer;
  while (bytes.size() < count && AwaitReadable(stream.descriptor())) {
    const std::size_t wanted = std::min(buffer.size(), count - bytes.size());
    const IoResult result = stream.Read(std::span(buffer).first(wanted));
    if (result.status == IoStatus::kWouldBlock) continue;
    if (result.status != IoStatus::kOk) break;
    bytes.append(buffer.data(), result.bytes);
  }
  return bytes;
}

LoopbackTest::LoopbackTest()
    : listener_(Listener::Open({"127.0.0.1", 0}, error_).value()), port_(listener_.local().port) {
  Spy() = SpiedCalls();
}

LoopbackTest::~LoopbackTest() {
  Spy() = SpiedCalls();
}

Stream LoopbackTest::AcceptNext() {
  if (!AwaitReadable(listener_.descriptor())) throw std::runtime_error("nobody connects");
  return std::move(listener_.Accept().stream.value());
}

}  // namespace parley
