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
  return parley::Spy().no_descriptors ? parley::Fail(EMFILE) : real(domain, type, protocol);
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
  if (spy.next_receive != 0) return parley::Fail(std::exchange(spy.next_receive, 0));
  return real(descriptor, into, size, flags);
}

ssize_t send(int descriptor, const void* from, size_t size, int flags) {
  static auto* const real = parley::Real<ssize_t(int, const void*, size_t, int)>("send");
  ++parley::Spy().sends;
  return real(descriptor, from, size, flags);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  static auto* const real = parley::Real<ssize_t(int, const msghdr*, int)>("sendmsg");
  parley::SpiedCalls& spy = parley::Spy();
  ++spy.sends;
  if (spy.next_send != 0) return parley::Fail(std::exchange(spy.next_send, 0));
  return real(descriptor, message, flags);
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
