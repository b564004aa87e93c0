#include "server/engine/rooms_made.h"

#include <iterator>
#include <utility>

#include "common/base/limits.h"
#include "server/accounts/throttle.h"

namespace parley {

bool RoomsMade::MayMakeOne(const std::string& address, MonotonicTime now) {
  const auto is_over = [&](const Maker& maker) { return now - maker.since >= limits::kRoomsMadePeriod; };
  while (!makers_.empty() && is_over(makers_.front())) {
    by_address_.erase(makers_.front().address);
    makers_.pop_front();
  }
  std::string key = GuesserOf(address);
  if (const auto found = by_address_.find(key); found != by_address_.end()) {
    if (found->second->rooms >= limits::kRoomsMade) return false;
    ++found->second->rooms;
    return true;
  }
  if (makers_.size() >= limits::kRoomMakers) {
    by_address_.erase(makers_.front().address);
    makers_.pop_front();
  }
  makers_.push_back({key, now, 1});
  by_address_.emplace(std::move(key), std::prev(makers_.end()));
  return true;
}

}  // namespace parley
