// Connector connects to a host without blocking in connect(). It tries the addresses of a name one after the
// other.
//
// Name resolution itself blocks (getaddrinfo), so the server never calls this with a name on its loop's
// thread.

#pragma once

#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <optional>
#include <system_error>
#include <vector>

#include "common/base/endpoint.h"
#include "common/net/stream.h"

namespace parley {

class Connector {
 public:
  // Resolves `endpoint` and starts to connect to its first address. On failure nothing, and `error` says why.
  static std::optional<Connector> Start(const Endpoint& endpoint, std::error_code& error);

  // Watch this for writing, then call Finish. Take it out of the Selector before you call Finish or
  // GiveUpAddress: both close it when they continue with the next address.
  [[nodiscard]] int descriptor();

  enum class Status {
    kConnected,  // take the stream with TakeStream; the connector is used up
    kWaiting,    // not decided yet
    kNext,       // that address failed, the next one is under way on a new descriptor
    kFailed,     // none is left; `error` is the last one's
  };
  Status Finish(std::error_code& error);
  // Gives up the current address, which takes too long, and tries the next one (kNext or kFailed).
  Status GiveUpAddress(std::error_code& error);
  Stream TakeStream();

 private:
  Connector() : socket_(SocketContext()) {}
  // Starts with addresses_[next_], or the first after it that can be started.
  bool Begin(std::error_code& error);
  Status Next(std::error_code& error);

  std::vector<asio::ip::tcp::endpoint> addresses_;
  std::size_t next_ = 0;
  asio::ip::tcp::socket socket_;
};

}  // namespace parley
