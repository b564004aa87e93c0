// The rooms that people may choose from, kept in the order of a `rooms` reply: those with the most members
// first, then by name. Owned by the Hub, which says Update whenever anything of a room has changed that this
// depends on. One thread.

#pragma once

#include <cstddef>
#include <set>
#include <string_view>

#include "common/protocol/event.h"

namespace parley {

class Room;

class RoomList {
 public:
  // Puts the room where it belongs now; out of the list where it is not `shown`. It must outlive its place.
  void Update(Room& room, bool shown);

  // At most `limit` rooms (and at most limits::kReplyMessageBytes) that have `query` in their name or topic,
  // folded as protocol::Folded does; those behind `after`, where that is in the list, else from the
  // beginning.
  [[nodiscard]] protocol::RoomsReply Select(std::string_view query, std::size_t limit,
                                            const Room* after) const;

  [[nodiscard]] std::size_t size() const { return rooms_.size(); }

 private:
  struct Before {
    bool operator()(const Room* a, const Room* b) const;
  };

  std::set<Room*, Before> rooms_;  // by what Room::listed_members says
};

}  // namespace parley
