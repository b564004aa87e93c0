#include "client/chat/requests.h"

#include <utility>

namespace parley::client {

void Requests::Ask(const protocol::Request& request, Asked asked) {
  const std::string ref = "r" + std::to_string(++last_ref_);
  asked_.emplace(ref, std::move(asked));
  outgoing_ += protocol::EncodeRequest(request, ref);
  outgoing_ += '\n';
}

void Requests::Send(const protocol::Message& message) {
  outgoing_ += protocol::EncodeRequest(message, message.id);
  outgoing_ += '\n';
}

std::optional<Asked> Requests::Take(const std::optional<std::string>& ref) {
  if (!ref) return std::nullopt;
  auto node = asked_.extract(*ref);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::vector<Asked> Requests::TakeAll() {
  outgoing_.clear();
  std::vector<Asked> all;
  for (auto& [ref, asked] : asked_) all.push_back(std::move(asked));
  asked_.clear();
  return all;
}

std::string Requests::TakeOutgoing() {
  return std::exchange(outgoing_, {});
}

}  // namespace parley::client
