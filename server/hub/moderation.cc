#include "server/hub/moderation.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/spotlight.h"

namespace parley {

using protocol::Action;
using protocol::Error;

struct Moderation::Rule {
  // Whom the action is done to: a member of the room. A host may do it to no admin, but for kMemberOrAdmin.
  enum Target { kNobody, kMember, kMaybeMember, kMemberOrAdmin };
  enum Effect {
    kPasses,    // on what ends with the server, or saves what does not by itself
    kSaves,     // on what outlives a restart; leaves it to Act to say so
    kOnlyAsks,  // none: it is not among the recent actions
  };

  Action action;
  Target target;
  Effect effect;
  Answer (*run)(Moderation& self, Call& call, Seat* target);
};

// In the order of protocol::Action.
const Moderation::Rule Moderation::kActions[] = {
    {Action::kKick, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.removals_.Kick(call, *target); }},
    {Action::kBan, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& call, auto* target) { return self.removals_.Ban(call, *target); }},
    {Action::kUnban, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& call, auto*) { return Removals::Unban(call); }},
    {Action::kMute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& call, auto* target) { return self.media_.Mute(call, *target); }},
    {Action::kUnmute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& call, auto* target) { return self.media_.Unmute(call, *target); }},
    {Action::kLowerHand, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.media_.LowerHand(call, *target); }},
    {Action::kLock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& call, auto*) { return SetLocked(call, true); }},
    {Action::kUnlock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& call, auto*) { return SetLocked(call, false); }},
    {Action::kPassword, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& call, auto*) { return self.SetPassword(call); }},
    {Action::kTopic, Rule::kNobody, Rule::kSaves, [](auto&, auto& call, auto*) { return SetTopic(call); }},
    {Action::kPromote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.Promote(call, *target); }},
    {Action::kDemote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.Demote(call, *target); }},
    {Action::kWaitingRoom, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& call, auto*) { return SetWaitingRoom(call); }},
    {Action::kAdmit, Rule::kNobody, Rule::kPasses, [](auto&, auto& call, auto*) { return Admit(call); }},
    {Action::kRefuse, Rule::kNobody, Rule::kPasses, [](auto&, auto& call, auto*) { return Refuse(call); }},
    {Action::kBans, Rule::kNobody, Rule::kOnlyAsks,
     [](auto&, auto& call, auto*) { return Removals::ListBans(call); }},
    {Action::kQuiet, Rule::kMaybeMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.media_.Quiet(call, target); }},
    {Action::kStop, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& call, auto* target) { return self.media_.Stop(call, *target); }},
    {Action::kLowerHands, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& call, auto*) { return self.media_.LowerHands(call); }},
    {Action::kAllow, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& call, auto*) { return self.media_.Allow(call); }},
    {Action::kEnd, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& call, auto*) { return self.removals_.End(call); }},
    {Action::kRecent, Rule::kNobody, Rule::kOnlyAsks,
     [](auto& self, auto& call, auto*) { return self.ShowRecent(call); }},
    {Action::kSpotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& call, auto* target) { return Spotlight::Add(call, *target); }},
    {Action::kUnspotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& call, auto* target) { return Spotlight::Remove(call, *target); }},
    {Action::kRecord, Rule::kNobody, Rule::kPasses, [](auto&, auto&, auto*) { return Record(); }},
    {Action::kAttendance, Rule::kNobody, Rule::kOnlyAsks,
     [](auto& self, auto& call, auto*) { return self.AskAttendance(call); }},
};

Answer Moderation::Moderate(Call& call) {
  static_assert(std::size(kActions) == protocol::kActionCount);
  const Rule& rule = kActions[static_cast<std::size_t>(call.Get<protocol::Moderate>().action)];
  if (rule.effect == Rule::kOnlyAsks) return rule.run(*this, call, nullptr);
  const std::string room_key = call.room->key();  // the room may be gone afterwards
  protocol::HostAction action = Describe(call);
  auto answer = Act(call, rule);
  if (!answer) recent_.Add(room_key, std::move(action));
  return answer;
}

Answer Moderation::Act(Call& call, const Rule& rule) {
  const auto& member = call.Get<protocol::Moderate>().member;
  Room& room = *call.room;
  Seat* target = nullptr;
  if (rule.target != Rule::kNobody && (rule.target != Rule::kMaybeMember || member)) {
    target = room.FindSeat(*member);
    if (target == nullptr) {
      // Somebody who has just spoken, and sends nothing more.
      if (const Member* listener = FindListener(call)) return removals_.RemoveListener(call, *listener);
      return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
    }
    if (rule.target != Rule::kMemberOrAdmin && target->member->admin() && !call.member.admin()) {
      return Error{ErrorCode::kForbidden, "a host may not do that to an admin"};
    }
  }
  auto answer = rule.run(*this, call, target);
  if (rule.effect == Rule::kSaves && !answer) call.out.saves.push_back(room.settings());
  if (&room == &rooms_.lobby() && !answer) admission_.RemoveListeners(call.out);
  return answer;
}

// For the recent actions. Hosts are shown no password.
protocol::HostAction Moderation::Describe(const Call& call) const {
  const auto& moderate = std::get<protocol::Moderate>(call.request);
  protocol::HostAction action{.time = call.now.wall,
                              .by = call.member.identity->name.shown,
                              .action = std::string(ToString(moderate.action))};
  if (moderate.member) {
    const Seat* seat = call.room->FindSeat(*moderate.member);
    const Member* member = seat != nullptr ? seat->member : FindListener(call);
    if (member == nullptr) member = call.room->entrance.FindWaiting(*moderate.member);
    if (member != nullptr) action.member = member->identity->name.shown;
  }
  if (moderate.action != Action::kPassword) action.value = moderate.value;
  if (moderate.action == Action::kAllow) action.allow = moderate.allow;
  return action;
}

Answer Moderation::ShowRecent(Call& call) const {
  call.Reply(protocol::RecentReply{call.room->shown(), recent_.Of(call.room->key())});
  return std::nullopt;
}

// Of the last day only: whoever is host because nobody else was there does not learn a year's names.
Answer Moderation::AskAttendance(Call& call) const {
  if (!journal_) {
    return Error{ErrorCode::kForbidden, "this server does not record who attends (--journal)"};
  }
  const WallTime now = call.now.wall;
  call.AskLog(Load::Kind::kAttendance,
              {.room_key = call.room->key(),
               .attendance = LogQuery::Attendance{.since = now - limits::kAttendancePeriod,
                                                  .until = now,
                                                  .after = call.Get<protocol::Moderate>().after}});
  return std::nullopt;
}

// Whoever was removed, or is host no longer, since it was asked for does not get it.
Answer Moderation::ShowAttendance(const Load& load, const Member& member, Room& room,
                                  protocol::AttendanceReply attendance, Outbox& out) {
  const Seat* seat = room.SeatOf(member);
  if (seat == nullptr) return Error{ErrorCode::kNotInRoom, "you are not in that room"};
  if (!seat->host && !member.admin()) return OnlyHosts();
  attendance.room = room.shown();
  out.items.emplace_back(ToPeer{member.peer, std::move(attendance), load.origin.ref});
  return std::nullopt;
}

// Null where the call is about none.
const Member* Moderation::FindListener(const Call& call) const {
  const auto& moderate = std::get<protocol::Moderate>(call.request);
  return call.room == &rooms_.lobby() ? members_.FindListener(*moderate.member) : nullptr;
}

Answer Moderation::Record() {
  return Error{ErrorCode::kForbidden, "this server does not record calls"};
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
  call.room->entrance.PasswordChanged();
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
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  call.ReplyOk();
  entrance.LetIn(member->identity->key, call.out);
  return std::nullopt;
}

Answer Moderation::Refuse(Call& call) {
  Entrance& entrance = call.room->entrance;
  const Member* member = entrance.FindWaiting(*call.Get<protocol::Moderate>().member);
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  call.ReplyOk();
  entrance.Refuse(*member, call.out);
  return std::nullopt;
}

}  // namespace parley
