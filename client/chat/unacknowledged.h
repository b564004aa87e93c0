// Unacknowledged holds the messages that have no `ok` yet, in the order in which they were said. Each keeps
// its id, so the server recognises a message that is sent again, and delivers it once.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/protocol/request.h"

namespace parley::client {

class Unacknowledged {
 public:
  // `prefix` is this process's own: no other client makes ids with it.
  explicit Unacknowledged(std::string prefix) : prefix_(std::move(prefix)) {}

  // Gives the message its id; the result is valid until it is taken.
  const protocol::Message& Add(protocol::Message message);
  // Takes the message with this id out: it was answered. Nothing where it was before.
  std::optional<protocol::Message> Take(std::string_view id);
  // Takes out all of a room.
  std::vector<protocol::Message> TakeRoom(std::string_view room);

  // The oldest first.
  [[nodiscard]] const std::list<protocol::Message>& messages() const { return messages_; }
  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  [[nodiscard]] bool empty() const { return messages_.empty(); }

 private:
  std::string prefix_;
  std::uint64_t made_ = 0;
  std::list<protocol::Message> messages_;
  std::unordered_map<std::string, std::list<protocol::Message>::iterator> by_id_;
};

}  // namespace parley::client
