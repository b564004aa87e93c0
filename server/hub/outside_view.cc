#include "server/hub/outside_view.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"

namespace parley {

using protocol::Error;
using protocol::RoomInfoReply;

namespace {

// A guest whom no room knows.
Member GuestAt(const std::string& address) {
  Member guest;
  guest.address = address;
  Identity identity;
  identity.key = "guest:";
  guest.identity = std::make_shared<const Identity>(std::move(identity));
  return guest;
}

// Those who have been here longest come first, unless the room is too large to sort for every asker.
std::vector<std::string> SomeNames(const Room& room) {
  std::vector<const Seat*> seats;
  for (const Seat& seat : room.seats()) {
    seats.push_back(&seat);
    if (seats.size() == limits::kListedMembers) break;
  }
  std::ranges::sort(seats, {}, &Seat::order);
  seats.resize(std::min(seats.size(), limits::kNamesOutside));
  std::vector<std::string> names;
  names.reserve(seats.size());
  for (const Seat* seat : seats) names.push_back(seat->member->identity->name.shown);
  return names;
}

}  // namespace

Answer OutsideView::RoomInfo(RequestContext& context) const {
  const auto name = protocol::RoomName(context.Get<protocol::RoomInfo>().room);
  if (!name) return Error{ErrorCode::kRoomInvalid, "invalid room name: use 1 to 64 characters without a /"};
  const Room* room = rooms_.Find(name->key);
  const bool told = options_.guests && room != nullptr && rooms_.IsPublic(*room);
  context.Reply(told ? Describe(*room, context.member) : OfNoRoom(*name));
  return std::nullopt;
}

RoomInfoReply OutsideView::Describe(const Room& room, const Member& asker) const {
  RoomInfoReply reply{.room = room.shown(), .topic = room.topic};
  reply.recording = room.call.recording.has_value();
  if (const Answer error = admission_.MayJoin(GuestAt(asker.address), room, std::nullopt)) {
    reply.locked = error->code == ErrorCode::kRoomLocked;
    reply.waiting_room = error->code == ErrorCode::kWaiting;
    return reply;
  }
  reply.members = room.seats().size();
  reply.names = SomeNames(room);
  reply.first_is_host = hosts_.NobodyAdmits(room);
  return reply;
}

// The same for all rooms of which nothing is told: it must not depend on whether there is such a room.
RoomInfoReply OutsideView::OfNoRoom(const protocol::Name& name) const {
  const bool may_make = options_.guests && !options_.only_listed_rooms;
  return {.room = name.shown, .first_is_host = may_make && name.key != rooms_.lobby().key()};
}

}  // namespace parley
