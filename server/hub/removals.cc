#include "server/hub/removals.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/hub/presence.h"

namespace parley {

using protocol::Action;
using protocol::Error;

namespace {

constexpr std::string_view kEnded = "ended";

// For a raw peer that is removed.
std::string_view LineFor(std::string_view reason) {
  return reason == kEnded ? "The meeting in the lobby has ended." : "You were removed from the lobby.";
}

void AddBan(Call& call, const Member& banned) {
  call.room->AddBan(banned, call.Get<protocol::Moderate>().value == "address", call.now.wall,
                    call.member.identity->name.shown);
}

}  // namespace

Answer Removals::RemoveListener(Call& call, const Member& listener) {
  const Action action = call.Get<protocol::Moderate>().action;
  if (action != Action::kKick && action != Action::kBan) {
    return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
  }
  call.ReplyOk();
  call.out.items.emplace_back(ClosePeer{listener.peer, std::string(LineFor("kicked"))});
  if (action == Action::kBan) {
    AddBan(call, listener);
    call.out.saves.push_back(call.room->settings());
    admission_.RemoveListeners(call.out);
  }
  return std::nullopt;
}

// Takes one session out of the room. It is told, too, though it is in the room no longer.
Seat Removals::Remove(Call& call, Member& member, std::string_view reason) {
  Room& room = *call.room;
  if (member.raw) {
    call.out.items.emplace_back(ClosePeer{member.peer, std::string(LineFor(reason))});
  } else {
    call.out.items.emplace_back(ToPeer{
        member.peer,
        protocol::MemberLeft{room.shown(), member.id, member.identity->name.shown, std::string(reason)},
        std::nullopt});
  }
  return seating_.Unseat(room, member, reason, false, call.now, call.out);
}

// Takes sessions of one person out of the room, and only then chooses a host where one is missing. The room
// may be gone afterwards.
void Removals::Expel(Call& call, const std::vector<Member*>& sessions, std::string_view reason) {
  Room& room = *call.room;
  const std::string key = sessions.front()->identity->key;
  const bool was_large = room.large();
  for (Member* member : sessions) Remove(call, *member, reason);
  Presence::Introduce(room, was_large, call.out);
  hosts_.Choose(room, key, call.now, call.out);
  rooms_.Release(room);
}

Answer Removals::End(Call& call) {
  call.ReplyOk();
  if (call.Get<protocol::Moderate>().value == "room") RemoveOthers(call);
  media_.EndCall(call);
  return std::nullopt;
}

// Everybody but the caller's person, listeners too. Those who were admitted from the waiting room wait again.
void Removals::RemoveOthers(Call& call) {
  Room& room = *call.room;
  const std::string& own = call.member.identity->key;
  std::vector<Member*> others;
  for (const Seat& seat : room.seats()) {
    if (seat.member->identity->key != own) others.push_back(seat.member);
  }
  const bool was_large = room.large();
  for (Member* member : others) {
    const Seat seat = Remove(call, *member, kEnded);
    room.entrance.Forget(member->identity->key);
    hosts_.Gone(room, seat, *member, true, call.now, call.out);
  }
  Presence::Introduce(room, was_large, call.out);
  if (&room == &rooms_.lobby()) {
    for (const PeerIndex listener : members_.listeners()) {
      call.out.items.emplace_back(ClosePeer{listener, std::string(LineFor(kEnded))});
    }
  }
  hosts_.Choose(room, {}, call.now, call.out);
}

// Of one session. The others of that person stay, but are host no longer, and the media of lost ones end. Who
// removes an own session beside others keeps all that.
Answer Removals::Kick(Call& call, const Seat& target) {
  Room& room = *call.room;
  Member* const member = target.member;
  const std::string key = member->identity->key;
  const auto is_theirs = [&](const Seat& seat) { return seat.member->identity->key == key; };
  const bool own = key == call.member.identity->key && std::ranges::count_if(room.seats(), is_theirs) > 1;
  call.ReplyOk();
  room.entrance.Forget(key);
  if (!own) {
    hosts_.Dismiss(room, key, member, call.out);
    call_media_.Removed(room, key, call.out);
  }
  Expel(call, {member}, "kicked");
  return std::nullopt;
}

Answer Removals::Ban(Call& call, const Seat& target) {
  Room& room = *call.room;
  const std::string key = target.member->identity->key;
  AddBan(call, *target.member);
  hosts_.Forget(room, key);
  room.entrance.Forget(key);
  std::vector<Member*> sessions;
  for (const Seat& seat : room.seats()) {
    if (seat.member->identity->key == key) sessions.push_back(seat.member);
  }
  call.ReplyOk();
  room.entrance.RefuseBanned(call.out);
  call_media_.Removed(room, key, call.out);
  Expel(call, sessions, "banned");
  return std::nullopt;
}

Answer Removals::Unban(Call& call) {
  const auto name = protocol::PersonName(*call.Get<protocol::Moderate>().value);
  if (!name || !call.room->RemoveBan(*name)) {
    return Error{ErrorCode::kNoSuchMember, "nobody with that name is banned here"};
  }
  call.ReplyOk();
  return std::nullopt;
}

Answer Removals::ListBans(Call& call) {
  protocol::BansReply reply{.room = call.room->shown(), .bans = {}};
  reply.bans.reserve(call.room->bans.size());
  for (const parley::Ban& ban : call.room->bans) {
    reply.bans.push_back({ban.name.shown, ban.time, !ban.address.empty(), ban.by});
  }
  call.Reply(std::move(reply));
  return std::nullopt;
}

}  // namespace parley
