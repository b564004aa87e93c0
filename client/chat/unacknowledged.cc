#include "client/chat/unacknowledged.h"

#include <utility>

namespace parley::client {

const protocol::Message& Unacknowledged::Add(protocol::Message message) {
  std::string id = prefix_ + "-" + std::to_string(++made_);
  message.id = id;
  messages_.push_back(std::move(message));
  by_id_.emplace(std::move(id), std::prev(messages_.end()));
  return messages_.back();
}

std::optional<protocol::Message> Unacknowledged::Take(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return std::nullopt;
  protocol::Message message = std::move(*found->second);
  messages_.erase(found->second);
  by_id_.erase(found);
  return message;
}

std::vector<protocol::Message> Unacknowledged::TakeRoom(std::string_view room) {
  std::vector<protocol::Message> taken;
  for (auto message = messages_.begin(); message != messages_.end();) {
    if (message->room != room) {
      ++message;
      continue;
    }
    by_id_.erase(*message->id);
    taken.push_back(std::move(*message));
    message = messages_.erase(message);
  }
  return taken;
}

}  // namespace parley::client
