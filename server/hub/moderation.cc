// What hosts and admins may do: one table of actions.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "server/hub/call.h"
#include "server/hub/hub.h"

namespace parley {

using protocol::Action;
using protocol::Error;

struct Hub::ActionRule {
  Action action;
  bool on_member;  // names a member of the room; a host may do it to no admin
  bool saves;      // changes what outlives a restart, and leaves it to OnModerate to say so
  Answer (Hub::*run)(Call&, Seat* target);
};

const Hub::ActionRule Hub::kActions[] = {
    {Action::kKick, true, false, &Hub::Kick},
    {Action::kBan, true, true, &Hub::BanMember},
    {Action::kUnban, false, true, &Hub::Unban},
    {Action::kMute, true, true, &Hub::Mute},
    {Action::kUnmute, true, true, &Hub::Unmute},
    {Action::kLowerHand, true, false, &Hub::LowerHand},
    {Action::kLock, false, true, &Hub::Lock},
    {Action::kUnlock, false, true, &Hub::Unlock},
    {Action::kPassword, false, true, &Hub::SetPassword},
    {Action::kTopic, false, true, &Hub::SetTopic},
    {Action::kPromote, true, false, &Hub::Promote},
    {Action::kDemote, true, false, &Hub::Demote},
    {Action::kWaitingRoom, false, true, &Hub::SetWaitingRoom},
    {Action::kAdmit, false, false, &Hub::Admit},
    {Action::kRefuse, false, false, &Hub::RefuseEntry},
    {Action::kBans, false, false, &Hub::ListBans},
};

Hub::Answer Hub::OnModerate(Call& call) {
  const auto& moderate = call.Get<protocol::Moderate>();
  static_assert(std::size(kActions) == static_cast<std::size_t>(Action::kBans) + 1);
  const ActionRule& rule = kActions[static_cast<std::size_t>(moderate.action)];
  Seat* target = nullptr;
  if (rule.on_member) {
    target = call.room->FindSeat(*moderate.member);
    if (target == nullptr && call.room == lobby_) {
      // Somebody who has just spoken, and sends nothing more.
      if (Member* listener = FindListener(*moderate.member)) return ModerateListener(call, *listener);
    }
    if (target == nullptr) return Error{ErrorCode::kNoSuchMember, "nobody with that id is in the room"};
    if (target->member->admin() && !call.member.admin()) {
      return Error{ErrorCode::kForbidden, "a host may not do that to an admin"};
    }
  }
  Room& room = *call.room;
  auto answer = (this->*rule.run)(call, target);
  if (rule.saves && !answer) call.out.saves.push_back(room.settings());
  if (&room == lobby_ && !answer) ExpelListeners(call.out);
  return answer;
}

// Of all that is done to a member, a listener can only be closed.
Hub::Answer Hub::ModerateListener(Call& call, const Member& listener) {
  const Action action = call.Get<protocol::Moderate>().action;
  if (action != Action::kKick && action != Action::kBan) {
    return Error{ErrorCode::kNoSuchMember, "nobody with that id is in the room"};
  }
  call.ReplyOk();
  call.out.items.emplace_back(ClosePeer{listener.peer, "You were removed from the lobby."});
  if (action == Action::kBan) {
    call.room->AddBan(listener, call.Get<protocol::Moderate>().value == "address", call.now.wall,
                      call.member.identity->name.shown);
    call.out.saves.push_back(call.room->settings());
    ExpelListeners(call.out);
  }
  return std::nullopt;
}

// Takes sessions of one person out of the room, and only then chooses a host where one is missing. They are
// told, too, though they are in the room no longer. The room may be gone afterwards.
void Hub::Expel(Call& call, const std::vector<Member*>& sessions, std::string_view reason) {
  Room& room = *call.room;
  const std::string key = sessions.front()->identity->key;
  for (Member* member : sessions) {
    if (member->raw) {
      call.out.items.emplace_back(ClosePeer{member->peer, "You were removed from the lobby."});
    } else {
      call.out.items.emplace_back(ToPeer{
          member->peer,
          protocol::MemberLeft{room.shown(), member->id, member->identity->name.shown, std::string(reason)},
          std::nullopt});
    }
    Unseat(room, *member, reason, call.now, call.out);
  }
  ChooseHost(room, key, call.now, call.out);
  Release(room);
}

// Of one session. The others of that person stay, but are host no longer; only who removes an own session
// beside others stays it.
Hub::Answer Hub::Kick(Call& call, Seat* target) {
  Room& room = *call.room;
  Member* const member = target->member;
  const std::string key = member->identity->key;
  const auto is_theirs = [&](const Seat& seat) { return seat.member->identity->key == key; };
  const bool own = key == call.member.identity->key && std::ranges::count_if(room.seats(), is_theirs) > 1;
  call.ReplyOk();
  room.admitted.erase(key);
  if (!own) Dismiss(room, key, member, call.out);
  Expel(call, {member}, "kicked");
  return std::nullopt;
}

Hub::Answer Hub::BanMember(Call& call, Seat* target) {
  Room& room = *call.room;
  const std::string key = target->member->identity->key;
  room.AddBan(*target->member, call.Get<protocol::Moderate>().value == "address", call.now.wall,
              call.member.identity->name.shown);
  room.known_hosts.Remove(key);
  room.StopAwaiting(key);
  Remind(room);
  std::vector<Member*> sessions;
  for (const Seat& seat : room.seats()) {
    if (seat.member->identity->key == key) sessions.push_back(seat.member);
  }
  call.ReplyOk();
  RefuseBanned(room, call.out);
  Expel(call, sessions, "banned");
  return std::nullopt;
}

Hub::Answer Hub::Unban(Call& call, Seat* /*target*/) {
  const auto name = protocol::PersonName(*call.Get<protocol::Moderate>().value);
  if (!name || !call.room->RemoveBan(*name)) {
    return Error{ErrorCode::kNoSuchMember, "nobody of that name is banned here"};
  }
  call.ReplyOk();
  return std::nullopt;
}

Hub::Answer Hub::ListBans(Call& call, Seat* /*target*/) {
  protocol::BansReply reply{.room = call.room->shown(), .bans = {}};
  reply.bans.reserve(call.room->bans.size());
  for (const Ban& ban : call.room->bans) {
    reply.bans.push_back({ban.name.shown, ban.time, !ban.address.empty(), ban.by});
  }
  call.Reply(std::move(reply));
  return std::nullopt;
}

// In every session that the target's person has in the room.
void Hub::SetMuted(Call& call, const Seat& target, bool muted) {
  call.ReplyOk();
  const std::string& key = target.member->identity->key;
  for (std::size_t i = 0; i < call.room->seats().size(); ++i) {
    Seat& seat = call.room->seat(i);
    if (seat.member->identity->key != key || seat.muted == muted) continue;
    seat.muted = muted;
    seat.member->told_muted = false;
    if (muted) seat.flags.audio = false;
    AnnounceChange(*call.room, seat, seat.prominent(), call.out);
  }
}

Hub::Answer Hub::Mute(Call& call, Seat* target) {
  call.room->muted_identities.Add(target->member->identity->key);
  SetMuted(call, *target, true);
  return std::nullopt;
}

Hub::Answer Hub::Unmute(Call& call, Seat* target) {
  call.room->muted_identities.Remove(target->member->identity->key);
  SetMuted(call, *target, false);
  return std::nullopt;
}

Hub::Answer Hub::LowerHand(Call& call, Seat* target) {
  const bool was_prominent = target->prominent();
  call.ReplyOk();
  if (std::exchange(target->flags.hand, false)) {
    AnnounceChange(*call.room, *target, was_prominent, call.out);
  }
  return std::nullopt;
}

Hub::Answer Hub::Lock(Call& call, Seat* /*target*/) {
  call.ReplyOk();
  if (!std::exchange(call.room->locked, true)) {
    call.out.items.emplace_back(
        ToRoom{call.room, protocol::RoomChanged{.room = call.room->shown(), .locked = true}});
  }
  return std::nullopt;
}

Hub::Answer Hub::Unlock(Call& call, Seat* /*target*/) {
  call.ReplyOk();
  if (std::exchange(call.room->locked, false)) {
    call.out.items.emplace_back(
        ToRoom{call.room, protocol::RoomChanged{.room = call.room->shown(), .locked = false}});
  }
  return std::nullopt;
}

Hub::Answer Hub::SetPassword(Call& call, Seat* /*target*/) {
  call.room->password = call.Get<protocol::Moderate>().value.value_or("");
  Relist(*call.room);
  call.ReplyOk();
  call.out.items.emplace_back(
      ToRoom{call.room,
             protocol::RoomChanged{.room = call.room->shown(), .password = !call.room->password.empty()}});
  return std::nullopt;
}

Hub::Answer Hub::SetTopic(Call& call, Seat* /*target*/) {
  std::string topic = call.Get<protocol::Moderate>().value.value_or("");
  call.ReplyOk();
  if (topic != call.room->topic) {
    call.room->SetTopic(std::move(topic));
    call.out.items.emplace_back(
        ToRoom{call.room, protocol::RoomChanged{.room = call.room->shown(), .topic = call.room->topic}});
  }
  return std::nullopt;
}

Hub::Answer Hub::Promote(Call& call, Seat* target) {
  if (target->raw) return Error{ErrorCode::kForbidden, "a raw peer can't be a host"};
  call.ReplyOk();
  Appoint(*call.room, *target, HostBy::kPromotion, call.out);
  return std::nullopt;
}

// In all sessions of that person.
Hub::Answer Hub::Demote(Call& call, Seat* target) {
  Room& room = *call.room;
  const std::string key = target->member->identity->key;
  if (target->host && HasStandIns(room)) {
    const bool someone_else = std::ranges::any_of(
        room.seats(), [&](const Seat& seat) { return !seat.raw && seat.member->identity->key != key; });
    if (!someone_else) return Error{ErrorCode::kForbidden, "a room keeps at least one host"};
  }
  call.ReplyOk();
  Dismiss(room, key, nullptr, call.out);
  ChooseHost(room, key, call.now, call.out);
  return std::nullopt;
}

}  // namespace parley
