// Who may come into a room, and the waiting room in front of it.

#include <algorithm>
#include <utility>

#include "server/hub/call.h"
#include "server/hub/hub.h"

namespace parley {

using protocol::Error;

namespace {

// Whom no lock and no waiting room keeps out.
bool Passes(const Member& member, const Room& room) {
  return member.admin() || room.IsHostByRight(member) || room.WasHost(member) || room.IsHeir(member) ||
         room.Deserted();
}

std::optional<Error> MayEnter(const Member& member, const Room& room) {
  using Join = RoomRules::Join;
  if (room.rules.join == Join::kAnyone || member.admin() || room.IsHostByRight(member)) return std::nullopt;
  if (member.identity->role == protocol::Role::kGuest) {
    return Error{ErrorCode::kLoginRequired, "this room is for people with an account: log in"};
  }
  if (room.rules.join == Join::kNamed && !room.rules.IsMember(*member.identity)) {
    return Error{ErrorCode::kForbidden, "you are not among those who may join this room"};
  }
  return std::nullopt;
}

bool IsFull(const Member& member, const Room& room) {
  const std::size_t here = room.seats().size();
  const bool welcome_anyhow = member.admin() || room.IsHostByRight(member);
  return here >= limits::kRoomMembers || (here >= room.rules.most && !welcome_anyhow);
}

std::vector<protocol::WaitingPerson> PeopleWaiting(const Room& room) {
  std::vector<protocol::WaitingPerson> people;
  people.reserve(room.waiting.size());
  for (const Member* member : room.waiting) {
    people.push_back({member->id, member->identity->name.shown, member->identity->role});
  }
  return people;
}

}  // namespace

// --- May they come in? ---

bool Hub::MayExist(const Room& room) const {
  return !options_.only_listed_rooms || room.rules.listed || &room == lobby_;
}

Hub::Answer Hub::MayJoin(const Member& member, const Room& room,
                         const std::optional<std::string>& password) const {
  if (member.places.size() >= limits::kRoomsPerPeer) {
    return Error{ErrorCode::kTooManyRooms, "this connection is in the maximum number of rooms"};
  }
  const auto& only = member.identity->only_room;
  if (only && *only != room.key()) return Error{ErrorCode::kForbidden, "your token is for another room"};
  if (!MayExist(room)) {
    return Error{ErrorCode::kForbidden, "this server has no such room, and nobody may make one"};
  }
  if (!room.read) return std::nullopt;  // the rest is decided once it is
  if (room.IsBanned(member)) return Error{ErrorCode::kForbidden, "you are banned from this room"};
  if (auto error = MayEnter(member, room)) return error;
  const bool passes = Passes(member, room);
  if (room.locked && !passes) return Error{ErrorCode::kRoomLocked, "the room is locked"};
  if (!room.password.empty() && !member.admin() && password.value_or("") != room.password) {
    return Error{ErrorCode::kRoomPassword, "the room wants its password"};
  }
  if (IsFull(member, room)) return Error{ErrorCode::kRoomFull, "the room is full"};
  if (room.waiting_room && !passes && !NobodyAdmits(room) && !room.admitted.contains(member.identity->key)) {
    return Error{ErrorCode::kWaiting, "a host must let you in: wait"};
  }
  return std::nullopt;
}

// A raw peer can't log in, give a password or wait.
std::string_view Hub::WhyNoRawPeer(const Member& member) const {
  const auto error = MayJoin(member, *lobby_, std::nullopt);
  if (!error) return {};
  switch (error->code) {
    case ErrorCode::kLoginRequired:
      return "The lobby is for people with an account: use a client that can log in.";
    case ErrorCode::kRoomLocked:
      return "The lobby is locked.";
    case ErrorCode::kRoomPassword:
      return "The lobby has a password: use a client that can give it.";
    case ErrorCode::kRoomFull:
      return "The lobby is full.";
    case ErrorCode::kWaiting:
      return "A host must let people into the lobby: use a client that can wait.";
    default:
      return "You are banned here.";
  }
}

// --- Listeners: nobody sees them, so that what would keep them out also puts them out ---

Member* Hub::FindListener(std::string_view member_id) {
  const auto found =
      std::ranges::find_if(listeners_, [&](PeerIndex peer) { return members_[peer]->id == member_id; });
  return found == listeners_.end() ? nullptr : members_[*found].get();
}

void Hub::ExpelListeners(Outbox& out) const {
  for (const PeerIndex peer : listeners_) {
    const auto error = MayJoin(*members_[peer], *lobby_, std::nullopt);
    if (!error || error->code == ErrorCode::kRoomFull) continue;  // they take no seat
    out.items.emplace_back(ClosePeer{peer, std::string(WhyNoRawPeer(*members_[peer]))});
  }
}

// --- The waiting room ---

Hub::Answer Hub::Wait(Member& member, Room& room, const std::string& asked, Error error, Outbox& out) {
  const auto wait = std::ranges::find(member.waits_for, &room, &PendingJoin::room);
  if (wait != member.waits_for.end()) {
    wait->asked = asked;
  } else if (room.waiting.size() >= limits::kWaitingPerRoom) {
    return Error{ErrorCode::kRoomFull, "too many people are waiting for this room"};
  } else {
    room.waiting.push_back(&member);
    member.waits_for.push_back({&room, asked});
    TellWaiting(room, out);
  }
  error.room = asked;
  return error;
}

// Who waits in front of the door may leave it; that is all.
Hub::Answer Hub::RunOutside(Call& call, const std::string& room_name) {
  const auto name = protocol::RoomName(room_name);
  if (!name) return Error{ErrorCode::kRoomInvalid, "that is no name for a room"};
  Room* const room = FindRoom(name->key);
  const bool waits = room != nullptr && std::ranges::count(room->waiting, &call.member) > 0;
  if (!waits || !std::holds_alternative<protocol::Leave>(call.request)) {
    return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  }
  call.ReplyOk();
  WaitNoMore(call.member, *room, call.out);
  Release(*room);
  return std::nullopt;
}

void Hub::WaitNoMore(Member& member, Room& room, Outbox& out) {
  if (std::erase_if(member.waits_for, [&](const PendingJoin& wait) { return wait.room == &room; }) == 0)
    return;
  std::erase(room.waiting, &member);
  TellWaiting(room, out);
}

void Hub::TellWaiting(const Room& room, Outbox& out) {
  for (const Seat& seat : room.seats()) {
    if (seat.host || seat.member->admin()) TellWaiting(room, seat, out);
  }
}

void Hub::TellWaiting(const Room& room, const Seat& host, Outbox& out) {
  out.items.emplace_back(
      ToPeer{host.peer, protocol::WaitingEvent{room.shown(), PeopleWaiting(room)}, std::nullopt});
}

// It waits no more, and is told so.
void Hub::TellAdmission(Member& member, const Room& room, bool admitted, Outbox& out) {
  const auto wait = std::ranges::find(member.waits_for, &room, &PendingJoin::room);
  protocol::Admission admission{std::move(wait->asked), admitted};
  member.waits_for.erase(wait);
  out.items.emplace_back(ToPeer{member.peer, std::move(admission), std::nullopt});
}

// Ends the waiting of all of the room for whom `is` holds.
template <typename Predicate>
void Hub::EndWaiting(Room& room, bool admitted, Predicate is, Outbox& out) {
  std::vector<Member*> done;
  std::ranges::copy_if(room.waiting, std::back_inserter(done), is);
  for (Member* member : done) {
    std::erase(room.waiting, member);
    TellAdmission(*member, room, admitted, out);
  }
  if (!done.empty()) TellWaiting(room, out);
}

Hub::Answer Hub::SetWaitingRoom(Call& call, Seat* /*target*/) {
  Room& room = *call.room;
  const bool on = call.Get<protocol::Moderate>().value == "on";
  call.ReplyOk();
  if (std::exchange(room.waiting_room, on) == on) return std::nullopt;
  room.AdmitThoseHere();
  call.out.items.emplace_back(ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .waiting_room = on}});
  if (!on)
    EndWaiting(
        room, true, [](const Member*) { return true; }, call.out);
  return std::nullopt;
}

Hub::Answer Hub::Admit(Call& call, Seat* /*target*/) {
  Room& room = *call.room;
  const Member* member = FindWaiting(call);
  if (member == nullptr) return Error{ErrorCode::kNoSuchMember, "nobody with that id waits for this room"};
  call.ReplyOk();
  LetIn(room, member->identity->key, call.out);
  return std::nullopt;
}

// The person of that identity, in every session that waits.
void Hub::LetIn(Room& room, const std::string& identity, Outbox& out) {
  const std::string key = identity;
  room.Admit(key);
  for (Member* member : room.waiting) {
    if (member->identity->key != key) continue;
    room.let_in.push_back(member);
    member->let_into.push_back(&room);
  }
  EndWaiting(
      room, true, [&](const Member* one) { return one->identity->key == key; }, out);
}

// Whoever waits and is banned by now.
void Hub::RefuseBanned(Room& room, Outbox& out) {
  EndWaiting(
      room, false, [&](const Member* one) { return room.IsBanned(*one); }, out);
}

// It has come in, or never will.
void Hub::NoMoreLetIn(Member& member, Room& room) {
  if (std::erase(member.let_into, &room) > 0) std::erase(room.let_in, &member);
}

Hub::Answer Hub::RefuseEntry(Call& call, Seat* /*target*/) {
  const Member* member = FindWaiting(call);
  if (member == nullptr) return Error{ErrorCode::kNoSuchMember, "nobody with that id waits for this room"};
  call.ReplyOk();
  EndWaiting(
      *call.room, false, [&](const Member* one) { return one == member; }, call.out);
  return std::nullopt;
}

const Member* Hub::FindWaiting(Call& call) {
  const auto& waiting = call.room->waiting;
  const auto found = std::ranges::find(waiting, *call.Get<protocol::Moderate>().member, &Member::id);
  return found == waiting.end() ? nullptr : *found;
}

// What `joined` says of it to this seat.
void Hub::DescribeWaiting(const Room& room, const Seat& seat, protocol::Joined& joined) {
  joined.waiting_room = room.waiting_room;
  if (room.waiting_room && (seat.host || seat.member->admin())) joined.waiting = PeopleWaiting(room);
}

}  // namespace parley
