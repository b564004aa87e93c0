// RecentActions remembers what hosts did in each room, for `recent`. In memory only.
//
// A room's list stays when the room is dropped from memory. If all rooms together have too many actions, the
// list of the room that was moderated longest ago is dropped first. One thread.

#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/protocol/event.h"

namespace parley {

class RecentActions {
 public:
  void Add(const std::string& room_key, protocol::HostAction action);
  // The newest first; no more than fit into a reply.
  [[nodiscard]] std::vector<protocol::HostAction> Of(const std::string& room_key) const;

 private:
  struct OfRoom {
    std::deque<protocol::HostAction> actions;  // the newest first
    std::list<std::string>::iterator place;    // in order_
  };

  std::unordered_map<std::string, OfRoom> rooms_;  // by key
  std::list<std::string> order_;                   // keys; the room that was moderated longest ago is first
  std::size_t total_ = 0;                          // actions
};

}  // namespace parley
