// The fortified inline versions of these calls would stand in the way of their definitions here.
#undef _FORTIFY_SOURCE

#include "tests/common/net/spied_calls.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace parley {
namespace {

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int Fail(int error) {
  errno = error;
  return -1;
}

bool Lot(unsigned long of_a_hundred) {
  return of_a_hundred > 0 && Spy().lots.random() % 100 < of_a_hundred;
}

// The errno with which a call fails by lot; 0: it doesn't.
int Fault() {
  Lots& lots = Spy().lots;
  if (lots.calls_to_error > 0 && --lots.calls_to_error == 0) return lots.error;
  if (Lot(lots.interrupted)) return EINTR;
  return Lot(lots.blocked) ? EAGAIN : 0;
}

std::size_t Shortened(std::size_t size) {
  const Lots& lots = Spy().lots;
  return Lot(lots.shortened) ? std::min<std::size_t>(size, lots.few) : size;
}

// What `message` has, but `most` bytes of it at most.
struct ShortMessage {
  ShortMessage(const msghdr& whole, std::size_t max)
      : parts(whole.msg_iov, whole.msg_iov + whole.msg_iovlen), message(whole) {
    for (iovec& part : parts) {
      part.iov_len = std::min(part.iov_len, max);
      max -= part.iov_len;
    }
    message.msg_iov = parts.data();
  }
  std::vector<iovec> parts;
  msghdr message;
};

std::size_t SizeOf(const msghdr& message) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) size += message.msg_iov[i].iov_len;
  return size;
}

std::string AddressOf(const sockaddr* address) {
  if (address->sa_family != AF_INET) return {};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
  return text.data();
}

}  // namespace

SpiedCalls& Spy() {
  static SpiedCalls spy;
  return spy;
}

}  // namespace parley

extern "C" {

int poll(pollfd* descriptors, nfds_t count, int timeout) {
  static auto* const real = parley::Real<int(pollfd*, nfds_t, int)>("poll");
  ++parley::Spy().polls;
  return real(descriptors, count, timeout);
}

int socket(int domain, int type, int protocol) noexcept {
  static auto* const real = parley::Real<int(int, int, int)>("socket");
  const parley::SpiedCalls& spy = parley::Spy();
  if (spy.no_descriptors) return parley::Fail(EMFILE);
  if (domain == AF_INET6 && spy.ipv6_socket != 0) return parley::Fail(spy.ipv6_socket);
  return real(domain, type, protocol);
}

int bind(int descriptor, const sockaddr* address, socklen_t size) noexcept {
  static auto* const real = parley::Real<int(int, const sockaddr*, socklen_t)>("bind");
  const int error = address->sa_family == AF_INET6 ? parley::Spy().ipv6_bind : 0;
  return error != 0 ? parley::Fail(error) : real(descriptor, address, size);
}

int eventfd(unsigned int count, int flags) noexcept {
  static auto* const real = parley::Real<int(unsigned int, int)>("eventfd");
  parley::SpiedCalls& spy = parley::Spy();
  if (!spy.no_descriptors) return real(count, flags);
  spy.next_pipe = EMFILE;  // what Asio falls back to
  return parley::Fail(EMFILE);
}

int pipe(int* ends) noexcept {
  static auto* const real = parley::Real<int(int*)>("pipe");
  const int error = std::exchange(parley::Spy().next_pipe, 0);
  return error != 0 ? parley::Fail(error) : real(ends);
}

int accept(int descriptor, sockaddr* address, socklen_t* size) {
  static auto* const real = parley::Real<int(int, sockaddr*, socklen_t*)>("accept");
  parley::SpiedCalls& spy = parley::Spy();
  ++spy.accepts;
  if (spy.next_accept != 0) return parley::Fail(std::exchange(spy.next_accept, 0));
  return real(descriptor, address, size);
}

ssize_t recv(int descriptor, void* into, size_t size, int flags) {
  static auto* const real = parley::Real<ssize_t(int, void*, size_t, int)>("recv");
  parley::SpiedCalls& spy = parley::Spy();
  ++spy.receives;
  if (std::exchange(spy.received, true)) ++spy.needless;
  if (spy.next_receive != 0) return parley::Fail(std::exchange(spy.next_receive, 0));
  if (const int error = parley::Fault(); error != 0) return parley::Fail(error);
  return real(descriptor, into, parley::Shortened(size), flags);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  static auto* const real = parley::Real<ssize_t(int, const msghdr*, int)>("sendmsg");
  parley::SpiedCalls& spy = parley::Spy();
  ++spy.sends;
  if (std::exchange(spy.full, true)) ++spy.needless;
  if (spy.next_send != 0) return parley::Fail(std::exchange(spy.next_send, 0));
  if (const int error = parley::Fault(); error != 0) return parley::Fail(error);
  const std::size_t size = parley::SizeOf(*message);
  const parley::ShortMessage part(*message, parley::Shortened(size));
  const ssize_t sent = real(descriptor, &part.message, flags);
  spy.full = sent != static_cast<ssize_t>(size);
  return sent;
}

ssize_t send(int descriptor, const void* from, size_t size, int flags) {
  iovec piece{const_cast<void*>(from), size};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return sendmsg(descriptor, &message, flags);
}

// EINPROGRESS stands for an address that never answers.
int connect(int descriptor, const sockaddr* address, socklen_t size) {
  static auto* const real = parley::Real<int(int, const sockaddr*, socklen_t)>("connect");
  const auto& fates = parley::Spy().connect;
  const auto fate = fates.find(parley::AddressOf(address));
  if (fate == fates.end()) return real(descriptor, address, size);
  if (fate->second == EINTR) real(descriptor, address, size);
  return parley::Fail(fate->second);
}

int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  using GetAddrInfo = int(const char*, const char*, const addrinfo*, addrinfo**);
  static auto* const real = parley::Real<GetAddrInfo>("getaddrinfo");
  const auto& book = parley::Spy().address_book;
  const auto entry = book.find(name);
  if (entry == book.end()) return real(name, service, hints, result);
  addrinfo** end = result;
  for (const std::string& address : entry->second) {
    if (const int error = real(address.c_str(), service, hints, end); error != 0) return error;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return 0;
}
}
