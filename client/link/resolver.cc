#include "client/link/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "common/io/waker.h"

namespace parley::client {
namespace {

std::string ErrorText(int status) {
  if (status == EAI_SYSTEM) return std::system_category().message(errno);
  return ::gai_strerror(status);
}

Resolver::Result Resolve(const Endpoint& server) {
  Resolver::Result result;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(server.host.c_str(), nullptr, &hints, &list);
  if (status != 0) {
    result.error = ErrorText(status);
    return result;
  }
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> host{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, host.data(), host.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      result.addresses.push_back({host.data(), server.port});
    }
  }
  ::freeaddrinfo(list);
  if (result.addresses.empty()) result.error = "it has no address";
  return result;
}

}  // namespace

// Held by the thread too, which may outlive the resolver.
struct Resolver::Shared {
  Waker waker;
  std::mutex mutex;
  std::optional<Result> result;
};

Resolver::Resolver() : shared_(std::make_shared<Shared>()) {
  if (shared_->waker.error()) throw std::system_error(shared_->waker.error(), "pipe");
}

void Resolver::Start(const Endpoint& server) {
  if (std::exchange(busy_, true)) return;
  std::thread([shared = shared_, server] {
    Result result = Resolve(server);
    const std::lock_guard lock(shared->mutex);
    shared->result = std::move(result);
    shared->waker.Wake();
  }).detach();
}

int Resolver::descriptor() const {
  return shared_->waker.descriptor();
}

std::optional<Resolver::Result> Resolver::Take() {
  shared_->waker.Drain();
  const std::lock_guard lock(shared_->mutex);
  if (shared_->result) busy_ = false;
  return std::exchange(shared_->result, std::nullopt);
}

}  // namespace parley::client
