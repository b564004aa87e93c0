// A peer that speaks bytes over TCP, as `nc` does: a blocking socket whose every wait ends at the deadline.
// Owned by its test; the destructor closes the socket.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/unique_fd.h"

namespace parley::test {

class RawPeer {
 public:
  struct Options {
    std::string source = "127.0.0.1";  // any 127.x.y.z: the address the server sees
    int receive_buffer = 0;  // bytes that may wait in the kernel for a peer that doesn't read; 0: the default
    std::string server = "127.0.0.1";  // or an address of IPv6, which the system gives its source
  };
  explicit RawPeer(std::uint16_t port) : RawPeer(port, Options{}) {}
  RawPeer(std::uint16_t port, const Options& options);

  // All of it.
  void Send(std::string_view bytes);
  // What comes next, at least one byte; empty once the server has closed its side. Throws Failure after a
  // reset.
  std::string Receive();
  // The next `count` bytes, or fewer where the server closes before.
  std::string ReceiveExactly(std::size_t count);
  // Everything up to and with the first `end`, or up to the close.
  std::string ReceiveThrough(std::string_view end);
  // Everything until the server closes. A reset counts as a close here: it is what a peer with unread mail
  // gets.
  std::string ReceiveToEnd();

  // Whether something (bytes or the close) is there already: never waits, and so is only good for what must
  // not be there after something else has come.
  [[nodiscard]] bool HasMail() const;

  void ShutdownSend();
  void Close() { socket_.Close(); }
  // Closes with a reset, as a crashed machine's last packet would.
  void Reset();
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  void WaitFor(short events);
  // False at the close or a reset (`reset_` tells which).
  bool Fill();

  UniqueFd socket_;
  std::string buffer_;  // received, not taken yet
  bool reset_ = false;
};

}  // namespace parley::test
