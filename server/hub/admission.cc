#include "server/hub/admission.h"

#include "common/base/limits.h"

namespace parley {

using protocol::Error;

namespace {

// Nobody is here, or sure to come back: no lock bars the first one who comes.
bool IsDeserted(const Room& room) {
  return room.seats().empty() && room.succession.awaited.empty() && room.entrance.let_in().empty() &&
         room.rules.hosts.empty();
}

// Whether the member may join despite a lock or a waiting room.
bool Passes(const Member& member, const Room& room) {
  return member.admin() || room.IsHostByRight(member) || room.WasHost(member) ||
         Hosts::IsHeir(member, room) || IsDeserted(room);
}

bool NeedsPassword(const Member& member, const Room& room) {
  return !room.password.empty() && !member.admin() && !room.entrance.KnowsPassword(member.identity->key);
}

Answer MayEnter(const Member& member, const Room& room) {
  using Join = RoomRules::Join;
  if (room.rules.join == Join::kAnyone || member.admin() || room.IsHostByRight(member)) return std::nullopt;
  if (member.identity->role == protocol::Role::kGuest) {
    return Error{ErrorCode::kLoginRequired, "this room is for people with an account: sign in"};
  }
  if (room.rules.join == Join::kNamed && !room.rules.IsMember(*member.identity)) {
    return Error{ErrorCode::kForbidden, "you are not among those who may join this room"};
  }
  return std::nullopt;
}

bool IsFull(const Member& member, const Room& room) {
  const std::size_t here = room.seats().size();
  const bool welcome_anyhow = member.admin() || room.IsHostByRight(member);
  return here >= limits::kRoomMembers || (here >= room.rules.max_members && !welcome_anyhow);
}

}  // namespace

Answer Admission::MayJoin(const Member& member, const Room& room,
                          const std::optional<std::string>& password) const {
  if (member.places.size() >= limits::kRoomsPerPeer) {
    return Error{ErrorCode::kTooManyRooms, "this connection is in the maximum number of rooms; leave one"};
  }
  const auto& only = member.identity->only_room;
  if (only && *only != room.key()) return Error{ErrorCode::kForbidden, "your token is for another room"};
  if (!rooms_.MayExist(room)) {
    return Error{ErrorCode::kForbidden, "this server has no such room, and new rooms cannot be made"};
  }
  if (!room.use.read) return std::nullopt;  // the rest is decided once it is
  if (room.IsBanned(member)) return Error{ErrorCode::kForbidden, "you are banned from this room"};
  if (auto error = MayEnter(member, room)) return error;
  const bool passes = Passes(member, room);
  if (room.locked && !passes) return Error{ErrorCode::kRoomLocked, "the room is locked"};
  if (password.value_or("") != room.password && NeedsPassword(member, room)) {
    return Error{ErrorCode::kRoomPassword, "wrong or missing room password"};
  }
  if (IsFull(member, room)) return Error{ErrorCode::kRoomFull, "the room is full"};
  if (room.waiting_room && !passes && !hosts_.NobodyAdmits(room) &&
      !room.entrance.IsAdmitted(member.identity->key)) {
    return Error{ErrorCode::kWaiting, "a host must let you in: wait"};
  }
  return std::nullopt;
}

std::string_view Admission::WhyNoRawPeer(const Member& member) const {
  const auto error = MayJoin(member, rooms_.lobby(), std::nullopt);
  if (!error) return {};
  switch (error->code) {
    case ErrorCode::kLoginRequired:
      return "The lobby is for people with an account: use a client that can sign in.";
    case ErrorCode::kRoomLocked:
      return "The lobby is locked.";
    case ErrorCode::kRoomPassword:
      return "The lobby has a password: use a client that can give it.";
    case ErrorCode::kRoomFull:
      return "The lobby is full.";
    case ErrorCode::kWaiting:
      return "A host must let people into the lobby: use a client that can wait.";
    default:
      return rooms_.lobby().IsBanned(member) ? "You are banned here." : "You cannot join the lobby.";
  }
}

void Admission::RemoveListeners(Outbox& out) const {
  for (const PeerIndex peer : members_.listeners()) {
    const Member& listener = *members_.Find(peer);
    const auto error = MayJoin(listener, rooms_.lobby(), std::nullopt);
    if (!error || error->code == ErrorCode::kRoomFull) continue;  // they take no seat
    out.items.emplace_back(ClosePeer{peer, std::string(WhyNoRawPeer(listener))});
  }
}

}  // namespace parley
