#include "server/hub/recent_actions.h"

#include <utility>

#include "common/base/limits.h"

namespace parley {

void RecentActions::Add(const std::string& room_key, protocol::HostAction action) {
  const auto [found, is_new] = rooms_.try_emplace(room_key);
  OfRoom& room = found->second;
  if (is_new) room.place = order_.insert(order_.end(), room_key);
  order_.splice(order_.end(), order_, room.place);
  room.actions.push_front(std::move(action));
  ++total_;
  if (room.actions.size() > limits::kRecentActions) {
    room.actions.pop_back();
    --total_;
  }
  while (total_ > limits::kRecentActionsOfAll) {
    const auto oldest = rooms_.find(order_.front());
    total_ -= oldest->second.actions.size();
    rooms_.erase(oldest);
    order_.pop_front();
  }
}

std::vector<protocol::HostAction> RecentActions::Of(const std::string& room_key) const {
  std::vector<protocol::HostAction> list;
  const auto found = rooms_.find(room_key);
  if (found == rooms_.end()) return list;
  std::size_t bytes = 0;
  for (const protocol::HostAction& action : found->second.actions) {
    bytes += protocol::EncodedSizeBound(action);
    if (bytes > limits::kReplyMessageBytes) break;
    list.push_back(action);
  }
  return list;
}

}  // namespace parley
