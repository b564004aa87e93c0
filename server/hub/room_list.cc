#include "server/hub/room_list.h"

#include <optional>

#include "common/base/limits.h"
#include "common/base/platform.h"
#include "server/hub/room.h"

namespace parley {

bool RoomList::Before::operator()(const Room* a, const Room* b) const {
  if (*a->use.listed_members != *b->use.listed_members)
    return *a->use.listed_members > *b->use.listed_members;
  return a->key() < b->key();
}

void RoomList::Update(Room& room, bool shown) {
  const auto members = shown ? std::optional(room.seats().size()) : std::nullopt;
  if (room.use.listed_members == members) return;
  if (room.use.listed_members) rooms_.erase(&room);
  room.use.listed_members = members;
  if (shown) rooms_.insert(&room);
}

protocol::RoomsReply RoomList::Select(std::string_view query, std::size_t limit, const Room* after) const {
  protocol::RoomsReply reply;
  std::size_t bytes = 0;
  const bool continues = after != nullptr && after->use.listed_members.has_value();
  auto next = continues ? rooms_.upper_bound(const_cast<Room*>(after)) : rooms_.begin();
  for (; next != rooms_.end(); ++next) {
    const Room& room = **next;
    // All topics together can be ten megabytes.
    if (!Contains(room.key(), query) && !Contains(room.folded_topic(), query)) continue;
    protocol::RoomSummary summary{room.shown(), room.topic, room.seats().size(), room.locked};
    bytes += protocol::EncodedSizeBound(summary);
    const bool full =
        reply.rooms.size() == limit || (bytes > limits::kReplyMessageBytes && !reply.rooms.empty());
    if (full) {
      reply.more = true;
      return reply;
    }
    reply.rooms.push_back(std::move(summary));
  }
  return reply;
}

}  // namespace parley
