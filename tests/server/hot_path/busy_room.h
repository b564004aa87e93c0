// A room of an Exchange where some talk, without sockets: what the server does for each delivery, and nothing
// else, to be counted.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "server/engine/exchange.h"

namespace parley::test {

class BusyRoom {
 public:
  explicit BusyRoom(std::size_t members, Dialect dialect = Dialect::kLines);

  // One turn in which each of the first `senders` members says so many messages, which it sent at once.
  void Turn(std::size_t senders, std::size_t messages);

  // Of the last turn: lines or frames that went out, and the most pieces that one member's were in.
  [[nodiscard]] std::size_t delivered_bytes() const { return delivered_bytes_; }
  [[nodiscard]] std::size_t max_pieces() const { return max_pieces_; }

 private:
  void Finish();
  void Flush(PeerIndex peer);

  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  Exchange exchange_;
  std::vector<PeerIndex> members_;
  std::string message_;
  std::string said_;
  std::size_t delivered_bytes_ = 0;
  std::size_t max_pieces_ = 0;
};

}  // namespace parley::test
