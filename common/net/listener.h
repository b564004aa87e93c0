// Listener is a listening TCP socket that never blocks.

#pragma once

#include <asio/ip/tcp.hpp>
#include <optional>
#include <system_error>

#include "common/base/endpoint.h"
#include "common/net/stream.h"

namespace parley {

class Listener {
 public:
  // Binds and listens (SO_REUSEADDR, the system's longest backlog). Port 0 takes a free one. `endpoint.host`
  // is an address or a name. `::` is every address of both families. Without IPv6 it becomes
  // `0.0.0.0`, and local() says so. On failure nothing, and `error` says why.
  static std::optional<Listener> Open(const Endpoint& endpoint, std::error_code& error);

  enum class Status {
    kAccepted,
    kWouldBlock,
    kRetry,             // that connection was aborted before it was accepted; the next may be fine
    kOutOfDescriptors,  // or out of memory: stop accepting for a while, select() would report it in each turn
  };
  struct Accepted {
    Status status;
    std::optional<Stream> stream;  // with kAccepted
  };
  // At most one accept().
  Accepted Accept();

  [[nodiscard]] int descriptor();
  // With the real port.
  [[nodiscard]] Endpoint local() const;

 private:
  explicit Listener(asio::ip::tcp::acceptor acceptor) : acceptor_(std::move(acceptor)) {}
  asio::ip::tcp::acceptor acceptor_;
};

}  // namespace parley
