// Stream is one connected TCP socket that never blocks. It uses Asio's socket layer without Asio's event
// loop.
//
// The destructor closes it. Remove the descriptor from the Selector first.

#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "common/base/endpoint.h"
#include "common/base/socket_address.h"

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

// The context that Asio's sockets require. Nothing ever runs on it.
asio::io_context& SocketContext();

class Stream {
 public:
  // Takes over a connected socket: makes it non-blocking, TCP_NODELAY, and with keep-alive probes (after 60 s
  // of silence, three probes 10 s apart), so that a peer that vanished is noticed.
  explicit Stream(asio::ip::tcp::socket socket);
  // For accept(), which tells `remote`. So a peer that left at once still has an address.
  Stream(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote);

  // At most one recv().
  IoResult Read(std::span<char> into);
  // Reads the first byte that waits, which stays there.
  IoResult Peek(char& first);
  // At most one gathered send() of all `views`, without SIGPIPE. Views beyond kMostViews are not sent.
  IoResult Write(std::span<const std::string_view> views);
  static constexpr std::size_t kMostViews = 64;

  // Tells the peer that nothing more will be sent; reading goes on.
  void FinishSending();
  // The error that the socket holds (SO_ERROR), if any. It shows whether a half-closed peer still lives.
  std::error_code TakeError();

  [[nodiscard]] int descriptor();
  // The address of the other side, without brackets. An IPv4-mapped IPv6 address becomes IPv4.
  [[nodiscard]] const Endpoint& remote() const { return remote_; }
  // The same as bytes.
  [[nodiscard]] SocketAddress remote_address() const;

 private:
  asio::ip::tcp::socket socket_;
  Endpoint remote_;
};

}  // namespace parley
