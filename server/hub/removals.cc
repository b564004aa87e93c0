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

void AddBan(ActionContext& context) {
  const ModerateCommand& command = context.command;
  context.room.AddBan({.name = command.target->name,
                       .identity = command.target->identity,
                       .address = command.address,
                       .time = command.time,
                       .by = command.by.name.shown});
}

}  // namespace

Answer Removals::RemoveListener(ActionContext& context, const Member& listener) {
  const Action action = context.command.action;
  if (action != Action::kKick && action != Action::kBan) {
    return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
  }
  context.ReplyOk();
  context.out.items.emplace_back(ClosePeer{listener.peer, std::string(LineFor("kicked"))});
  if (action == Action::kBan) {
    AddBan(context);
    context.out.saves.push_back(context.room.settings());
    admission_.RemoveListeners(context.out);
  }
  return std::nullopt;
}

// Takes one session out of the room. It is told, too, though it is in the room no longer.
Seat Removals::Remove(ActionContext& context, Member& member, std::string_view reason) {
  Room& room = context.room;
  if (member.raw) {
    context.out.items.emplace_back(ClosePeer{member.peer, std::string(LineFor(reason))});
  } else {
    context.out.items.emplace_back(ToPeer{
        member.peer,
        protocol::MemberLeft{room.shown(), member.id, member.identity->name.shown, std::string(reason)},
        std::nullopt});
  }
  return seating_.Unseat(room, member, reason, false, context.now, context.out);
}

// Takes sessions of one person out of the room, and only then chooses a host where one is missing. The room
// may be gone afterwards.
void Removals::Expel(ActionContext& context, const std::vector<Member*>& sessions, std::string_view reason) {
  Room& room = context.room;
  const std::string key = sessions.front()->identity->key;
  const bool was_large = room.large();
  for (Member* member : sessions) Remove(context, *member, reason);
  Presence::Introduce(room, was_large, context.out);
  hosts_.Choose(room, key, context.now, context.out);
  rooms_.Release(room);
}

Answer Removals::End(ActionContext& context) {
  context.ReplyOk();
  if (context.command.value == "room") RemoveOthers(context);
  media_.EndCall(context);
  return std::nullopt;
}

// Everybody but the caller's person, listeners too. Those who were admitted from the waiting room wait again.
void Removals::RemoveOthers(ActionContext& context) {
  Room& room = context.room;
  const std::string& own = context.command.by.identity;
  std::vector<Member*> others;
  for (const Seat& seat : room.seats()) {
    if (seat.member->identity->key != own) others.push_back(seat.member);
  }
  const bool was_large = room.large();
  for (Member* member : others) {
    const Seat seat = Remove(context, *member, kEnded);
    room.entrance.Forget(member->identity->key);
    hosts_.Gone(room, seat, *member, true, context.now, context.out);
  }
  Presence::Introduce(room, was_large, context.out);
  if (&room == &rooms_.lobby()) {
    for (const PeerIndex listener : members_.listeners()) {
      context.out.items.emplace_back(ClosePeer{listener, std::string(LineFor(kEnded))});
    }
  }
  hosts_.Choose(room, {}, context.now, context.out);
}

// Of one session. The others of that person stay, but are host no longer, and the media of lost ones end. Who
// removes an own session beside others keeps all that.
Answer Removals::Kick(ActionContext& context) {
  Room& room = context.room;
  Member* const member = context.target == nullptr ? nullptr : context.target->member;
  const std::string& key = context.command.target->identity;
  const auto is_theirs = [&](const Seat& seat) { return seat.member->identity->key == key; };
  const bool own = key == context.command.by.identity && std::ranges::count_if(room.seats(), is_theirs) > 1;
  context.ReplyOk();
  room.entrance.Forget(key);
  if (!own) {
    hosts_.Dismiss(room, key, member, context.out);
    call_media_.Removed(room, key, context.out);
  }
  if (member != nullptr) Expel(context, {member}, "kicked");
  return std::nullopt;
}

Answer Removals::Ban(ActionContext& context) {
  Room& room = context.room;
  const std::string& key = context.command.target->identity;
  AddBan(context);
  hosts_.Forget(room, key);
  room.entrance.Forget(key);
  std::vector<Member*> sessions;
  for (const Seat& seat : room.seats()) {
    if (seat.member->identity->key == key) sessions.push_back(seat.member);
  }
  context.ReplyOk();
  room.entrance.RefuseBanned(context.out);
  call_media_.Removed(room, key, context.out);
  if (!sessions.empty()) Expel(context, sessions, "banned");
  return std::nullopt;
}

Error Removals::NobodyToUnban() {
  return {ErrorCode::kNoSuchMember, "nobody with that name is banned here"};
}

Answer Removals::Unban(ActionContext& context) {
  if (!context.room.RemoveBan(*context.command.unban)) return NobodyToUnban();
  context.ReplyOk();
  return std::nullopt;
}

Answer Removals::ListBans(RequestContext& context) {
  protocol::BansReply reply{.room = context.room->shown(), .bans = {}};
  reply.bans.reserve(context.room->bans.size());
  for (const parley::Ban& ban : context.room->bans) {
    reply.bans.push_back({ban.name.shown, ban.time, !ban.address.empty(), ban.by});
  }
  context.Reply(std::move(reply));
  return std::nullopt;
}

}  // namespace parley
