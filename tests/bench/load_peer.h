// One connection under load: says what its dialect wants said first, sends, and checks that it gets every
// message of every sender once and in order.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/buffer/byte_queue.h"
#include "common/buffer/out_queue.h"
#include "common/net/channel.h"
#include "tests/bench/dialect.h"

namespace parley::bench {

// What is looked for in the bytes: a text begins with its sender and its number.
struct Mark {
  std::size_t sender;
  std::uint32_t number;  // from 1 on
};
// A text of `size` bytes.
std::string MarkedText(Mark mark, std::size_t size);

class LoadPeer {
 public:
  // `index`: its number among the senders, where it is one of the first `senders`.
  LoadPeer(Channel channel, const Dialect& dialect, std::size_t index, std::size_t senders);

  // Calls `take` for each message that came. Throws std::runtime_error where one is missing, doubled or out
  // of order, or where the server ends the connection.
  void Read(std::span<char> buffer, const std::function<void(Mark)>& take);
  void Queue(std::string_view bytes) { out_.Push(BlobRef::Copy(bytes)); }
  // False: there is more, and the socket is full.
  bool Flush();

  // It is in the room. A dialect that does not say so is believed.
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] int descriptor() { return channel_.descriptor(); }

 private:
  void Shake();
  void Scan(const std::function<void(Mark)>& take);
  void Check(Mark mark);

  Channel channel_;
  const Dialect& dialect_;
  std::size_t index_;
  ByteQueue in_;
  OutQueue out_;
  bool shaken_;
  bool ready_;
  std::vector<std::uint32_t> last_;  // by sender
};

}  // namespace parley::bench
