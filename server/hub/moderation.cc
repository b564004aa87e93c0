#include "server/hub/moderation.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace parley {

using protocol::Action;
using protocol::Error;

struct Moderation::Rule {
  Action action;
  bool on_member;  // names a member of the room, the target; a host may do it to no admin
  bool saves;      // changes what outlives a restart, and leaves it to Moderate to say so
  Answer (*run)(Moderation& self, Call& call, Seat* target);
};

// In the order of protocol::Action.
const Moderation::Rule Moderation::kActions[] = {
    {Action::kKick, true, false,
     [](auto& self, auto& call, auto* target) { return self.removals_.Kick(call, *target); }},
    {Action::kBan, true, true,
     [](auto& self, auto& call, auto* target) { return self.removals_.Ban(call, *target); }},
    {Action::kUnban, false, true, [](auto&, auto& call, auto*) { return Removals::Unban(call); }},
    {Action::kMute, true, true,
     [](auto&, auto& call, auto* target) { return MediaControl::Mute(call, *target); }},
    {Action::kUnmute, true, true,
     [](auto&, auto& call, auto* target) { return MediaControl::Unmute(call, *target); }},
    {Action::kLowerHand, true, false,
     [](auto&, auto& call, auto* target) { return MediaControl::LowerHand(call, *target); }},
    {Action::kLock, false, true, [](auto&, auto& call, auto*) { return SetLocked(call, true); }},
    {Action::kUnlock, false, true, [](auto&, auto& call, auto*) { return SetLocked(call, false); }},
    {Action::kPassword, false, true, [](auto& self, auto& call, auto*) { return self.SetPassword(call); }},
    {Action::kTopic, false, true, [](auto&, auto& call, auto*) { return SetTopic(call); }},
    {Action::kPromote, true, false,
     [](auto& self, auto& call, auto* target) { return self.Promote(call, *target); }},
    {Action::kDemote, true, false,
     [](auto& self, auto& call, auto* target) { return self.Demote(call, *target); }},
    {Action::kWaitingRoom, false, true, [](auto&, auto& call, auto*) { return SetWaitingRoom(call); }},
    {Action::kAdmit, false, false, [](auto&, auto& call, auto*) { return Admit(call); }},
    {Action::kRefuse, false, false, [](auto&, auto& call, auto*) { return Refuse(call); }},
    {Action::kBans, false, false, [](auto&, auto& call, auto*) { return Removals::ListBans(call); }},
};

Answer Moderation::Moderate(Call& call) {
  const auto& moderate = call.Get<protocol::Moderate>();
  static_assert(std::size(kActions) == static_cast<std::size_t>(Action::kBans) + 1);
  const Rule& rule = kActions[static_cast<std::size_t>(moderate.action)];
  Room& room = *call.room;
  Seat* target = nullptr;
  if (rule.on_member) {
    target = room.FindSeat(*moderate.member);
    if (target == nullptr) {
      // Somebody who has just spoken, and sends nothing more.
      if (const Member* listener = FindListener(call)) return removals_.RemoveListener(call, *listener);
      return Error{ErrorCode::kNoSuchMember, "nobody with that id is in the room"};
    }
    if (target->member->admin() && !call.member.admin()) {
      return Error{ErrorCode::kForbidden, "a host may not do that to an admin"};
    }
  }
  auto answer = rule.run(*this, call, target);
  if (rule.saves && !answer) call.out.saves.push_back(room.settings());
  if (&room == &rooms_.lobby() && !answer) admission_.ExpelListeners(call.out);
  return answer;
}

// Null where the call is about none.
const Member* Moderation::FindListener(const Call& call) const {
  const auto& moderate = std::get<protocol::Moderate>(call.request);
  return call.room == &rooms_.lobby() ? members_.FindListener(*moderate.member) : nullptr;
}

Answer Moderation::SetLocked(Call& call, bool locked) {
  call.ReplyOk();
  if (std::exchange(call.room->locked, locked) != locked) {
    call.out.items.emplace_back(
        ToRoom{call.room, protocol::RoomChanged{.room = call.room->shown(), .locked = locked}});
  }
  return std::nullopt;
}

Answer Moderation::SetPassword(Call& call) {
  call.room->password = call.Get<protocol::Moderate>().value.value_or("");
  rooms_.Relist(*call.room);
  call.ReplyOk();
  call.out.items.emplace_back(
      ToRoom{call.room,
             protocol::RoomChanged{.room = call.room->shown(), .password = !call.room->password.empty()}});
  return std::nullopt;
}

Answer Moderation::SetTopic(Call& call) {
  std::string topic = call.Get<protocol::Moderate>().value.value_or("");
  call.ReplyOk();
  if (topic != call.room->topic) {
    call.room->SetTopic(std::move(topic));
    call.out.items.emplace_back(
        ToRoom{call.room, protocol::RoomChanged{.room = call.room->shown(), .topic = call.room->topic}});
  }
  return std::nullopt;
}

Answer Moderation::SetWaitingRoom(Call& call) {
  Room& room = *call.room;
  const bool on = call.Get<protocol::Moderate>().value == "on";
  call.ReplyOk();
  if (std::exchange(room.waiting_room, on) == on) return std::nullopt;
  call.out.items.emplace_back(ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .waiting_room = on}});
  room.entrance.Switched(call.out);
  return std::nullopt;
}

Answer Moderation::Promote(Call& call, const Seat& target) {
  if (target.raw) return Error{ErrorCode::kForbidden, "a raw peer can't be a host"};
  call.ReplyOk();
  hosts_.Appoint(*call.room, target, HostBy::kPromotion, call.out);
  return std::nullopt;
}

// In all sessions of that person.
Answer Moderation::Demote(Call& call, const Seat& target) {
  Room& room = *call.room;
  const std::string key = target.member->identity->key;
  if (target.host && hosts_.HasStandIns(room)) {
    const bool someone_else = std::ranges::any_of(
        room.seats(), [&](const Seat& seat) { return !seat.raw && seat.member->identity->key != key; });
    if (!someone_else) return Error{ErrorCode::kForbidden, "a room keeps at least one host"};
  }
  call.ReplyOk();
  hosts_.Dismiss(room, key, nullptr, call.out);
  hosts_.Choose(room, key, call.now, call.out);
  return std::nullopt;
}

Answer Moderation::Admit(Call& call) {
  Entrance& entrance = call.room->entrance;
  const Member* member = entrance.FindWaiting(*call.Get<protocol::Moderate>().member);
  if (member == nullptr) return Error{ErrorCode::kNoSuchMember, "nobody with that id waits for this room"};
  call.ReplyOk();
  entrance.LetIn(member->identity->key, call.out);
  return std::nullopt;
}

Answer Moderation::Refuse(Call& call) {
  Entrance& entrance = call.room->entrance;
  const Member* member = entrance.FindWaiting(*call.Get<protocol::Moderate>().member);
  if (member == nullptr) return Error{ErrorCode::kNoSuchMember, "nobody with that id waits for this room"};
  call.ReplyOk();
  entrance.Refuse(*member, call.out);
  return std::nullopt;
}

}  // namespace parley
