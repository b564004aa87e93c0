// Both sides of connections over the loopback interface: what is tested on one, a plain blocking socket on
// the other.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/connector.h"
#include "common/net/listener.h"
#include "common/net/stream.h"
#include "tests/common/net/spied_calls.h"

namespace parley {

// A plain blocking IPv4 socket, closed with it.
class RawSocket {
 public:
  RawSocket();
  explicit RawSocket(std::uint16_t port);  // connects to it
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&&) = delete;

  void Send(std::string_view bytes) const;
  [[nodiscard]] std::string Receive(std::size_t count) const;  // fewer only at the end
  void FinishSending() const;
  void Reset();  // closes it by a reset
  void Close();
  void ShrinkReceiveBuffer() const;  // before connecting: little then waits between the two sides
  void Connect(std::uint16_t port) const;
  void Bind() const;  // to a free port, without listening: nobody else gets it

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::uint16_t local_port() const;

 private:
  int descriptor_;
};

// Waits at most some seconds, so that a test fails rather than hangs.
bool AwaitReadable(int descriptor);
bool AwaitWritable(int descriptor);

// Reads until `count` bytes came, or the stream said something else than kOk and kWouldBlock.
std::string ReadBytes(Stream& stream, std::size_t count);

// A listener, and the calls spied on afresh.
class LoopbackTest : public testing::Test {
 protected:
  LoopbackTest();
  ~LoopbackTest() override;

  // The server's side of the next connection.
  Stream AcceptNext();

  std::error_code error_;
  Listener listener_;
  std::uint16_t port_;
};

}  // namespace parley
