// One connected TCP socket, never blocking. Asio's socket layer, without its context's loop.
//
// Owned by whoever made it; closing is the destructor's. Remove the descriptor from the Selector first.

#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "common/base/endpoint.h"

namespace parley {

enum class IoStatus {
  kOk,          // `bytes` were moved, one at least
  kWouldBlock,  // none now
  kEnd,         // reading only: the peer has finished sending
  kError,       // the connection is broken
};

struct IoResult {
  IoStatus status;
  std::size_t bytes = 0;
};

// The context that Asio's sockets must name. Nothing ever runs on it.
asio::io_context& SocketContext();

class Stream {
 public:
  // Takes a connected socket over: makes it non-blocking, TCP_NODELAY, and with keep-alive probes (60 s of
  // silence, three probes 10 s apart), so that a peer that vanished is noticed.
  explicit Stream(asio::ip::tcp::socket socket);
  // Where accept() has told `remote`: a peer that left at once still has an address then.
  Stream(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote);

  // At most one recv().
  IoResult Read(std::span<char> into);
  // At most one gathered send() of all `views` (at most kMostViews of them; further ones are not sent); no
  // SIGPIPE.
  IoResult Write(std::span<const std::string_view> views);
  static constexpr std::size_t kMostViews = 64;

  // Tells the peer that nothing more will be sent; reading goes on.
  void FinishSending();
  // The error that the socket holds (SO_ERROR), if any: how a half-closed peer is asked whether it still
  // lives.
  std::error_code TakeError();

  [[nodiscard]] int descriptor();
  // Of the other side; the address without brackets, an IPv4-mapped IPv6 address as IPv4.
  [[nodiscard]] const Endpoint& remote() const { return remote_; }

 private:
  asio::ip::tcp::socket socket_;
  Endpoint remote_;
};

}  // namespace parley
