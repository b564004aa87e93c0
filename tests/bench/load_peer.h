// One member under load: says hello, joins one room, sends, and checks that it gets every message once and in
// order.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "common/buffer/byte_queue.h"
#include "common/buffer/out_queue.h"
#include "common/net/channel.h"

namespace parley::bench {

class LoadPeer {
 public:
  // Connected to the server, its hello and join on their way.
  LoadPeer(Stream stream, const std::string& name);

  // Reads what is there. Throws std::runtime_error where a message is missing, doubled, out of order, or its
  // own.
  void Read(std::span<char> buffer);
  // False: there is more, and the socket is full.
  bool Flush();
  void Say(std::string_view text);

  [[nodiscard]] bool joined() const { return joined_; }
  // Messages of others that came.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  // The newest message that it knows of.
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] int descriptor() { return channel_.descriptor(); }

 private:
  void Take(std::string_view line);

  Channel channel_;
  ByteQueue in_;
  OutQueue out_;
  bool joined_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace parley::bench
