// RoomList keeps the rooms that people may choose from, in the order of a `rooms` reply: the rooms with the
// most members first, then by name. Rooms owns it, and calls Update whenever a room has changed in a way
// that affects its place. One thread.

#pragma once

#include <cstddef>
#include <set>
#include <string_view>

#include "common/protocol/event.h"

namespace parley {

class Room;

class RoomList {
 public:
  // Moves the room to its place, or out of the list if it is not `shown`. The room must outlive its place.
  void Update(Room& room, bool shown);

  // At most `limit` rooms (and at most limits::kReplyMessageBytes) that have `query` in their name or topic,
  // folded as protocol::Folded does. They follow `after`, if that is in the list; otherwise the first ones.
  [[nodiscard]] protocol::RoomsReply Select(std::string_view query, std::size_t limit,
                                            const Room* after) const;

  [[nodiscard]] std::size_t size() const { return rooms_.size(); }

 private:
  struct Before {
    bool operator()(const Room* a, const Room* b) const;
  };

  std::set<Room*, Before> rooms_;  // by what RoomUse::listed_members says
};

}  // namespace parley
