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
  // The target of the action, a member of the room. Only with kMemberOrAdmin may a host do it to an admin.
  enum Target { kNobody, kMember, kMaybeMember, kMemberOrAdmin };
  enum Effect {
    kPasses,    // changes nothing that outlives a restart, or the handler saves that itself
    kSaves,     // changes the room's settings; Act saves them
    kOnlyAsks,  // changes nothing, and is not among the recent actions
  };

  Action action;
  Target target;
  Effect effect;
  Answer (*run)(Moderation& self, RequestContext& context, Seat* target);
};

// In the order of protocol::Action.
const Moderation::Rule Moderation::kActions[] = {
    {Action::kKick, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.removals_.Kick(context, *target); }},
    {Action::kBan, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context, auto* target) { return self.removals_.Ban(context, *target); }},
    {Action::kUnban, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context, auto*) { return Removals::Unban(context); }},
    {Action::kMute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context, auto* target) { return self.media_.Mute(context, *target); }},
    {Action::kUnmute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context, auto* target) { return self.media_.Unmute(context, *target); }},
    {Action::kLowerHand, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.media_.LowerHand(context, *target); }},
    {Action::kLock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context, auto*) { return SetLocked(context, true); }},
    {Action::kUnlock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context, auto*) { return SetLocked(context, false); }},
    {Action::kPassword, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& context, auto*) { return self.SetPassword(context); }},
    {Action::kTopic, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context, auto*) { return SetTopic(context); }},
    {Action::kPromote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.Promote(context, *target); }},
    {Action::kDemote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.Demote(context, *target); }},
    {Action::kWaitingRoom, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context, auto*) { return SetWaitingRoom(context); }},
    {Action::kAdmit, Rule::kNobody, Rule::kPasses,
     [](auto&, auto& context, auto*) { return Admit(context); }},
    {Action::kRefuse, Rule::kNobody, Rule::kPasses,
     [](auto&, auto& context, auto*) { return Refuse(context); }},
    {Action::kBans, Rule::kNobody, Rule::kOnlyAsks,
     [](auto&, auto& context, auto*) { return Removals::ListBans(context); }},
    {Action::kQuiet, Rule::kMaybeMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.media_.Quiet(context, target); }},
    {Action::kStop, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context, auto* target) { return self.media_.Stop(context, *target); }},
    {Action::kLowerHands, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context, auto*) { return self.media_.LowerHands(context); }},
    {Action::kAllow, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& context, auto*) { return self.media_.Allow(context); }},
    {Action::kEnd, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context, auto*) { return self.removals_.End(context); }},
    {Action::kRecent, Rule::kNobody, Rule::kOnlyAsks,
     [](auto& self, auto& context, auto*) { return self.ShowRecent(context); }},
    {Action::kSpotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& context, auto* target) { return Spotlight::Add(context, *target); }},
    {Action::kUnspotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& context, auto* target) { return Spotlight::Remove(context, *target); }},
    {Action::kRecord, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context, auto*) { return self.media_.Record(context); }},
    {Action::kAttendance, Rule::kNobody, Rule::kOnlyAsks,
     [](auto& self, auto& context, auto*) { return self.AskAttendance(context); }},
};

Answer Moderation::Moderate(RequestContext& context) {
  static_assert(std::size(kActions) == protocol::kActionCount);
  const Rule& rule = kActions[static_cast<std::size_t>(context.Get<protocol::Moderate>().action)];
  if (rule.effect == Rule::kOnlyAsks) return rule.run(*this, context, nullptr);
  const std::string room_key = context.room->key();  // the room may be gone afterwards
  protocol::HostAction action = Describe(context);
  auto answer = Act(context, rule);
  if (!answer) recent_.Add(room_key, std::move(action));
  return answer;
}

Answer Moderation::Act(RequestContext& context, const Rule& rule) {
  const auto& member = context.Get<protocol::Moderate>().member;
  Room& room = *context.room;
  Seat* target = nullptr;
  if (rule.target != Rule::kNobody && (rule.target != Rule::kMaybeMember || member)) {
    target = room.FindSeat(*member);
    if (target == nullptr) {
      // Somebody who has just spoken, and sends nothing more.
      if (const Member* listener = FindListener(context)) return removals_.RemoveListener(context, *listener);
      return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
    }
    if (rule.target != Rule::kMemberOrAdmin && target->member->admin() && !context.member.admin()) {
      return Error{ErrorCode::kForbidden, "a host may not do that to an admin"};
    }
  }
  auto answer = rule.run(*this, context, target);
  if (rule.effect == Rule::kSaves && !answer) context.out.saves.push_back(room.settings());
  if (&room == &rooms_.lobby() && !answer) admission_.RemoveListeners(context.out);
  return answer;
}

// For the recent actions. Hosts are shown no password.
protocol::HostAction Moderation::Describe(const RequestContext& context) const {
  const auto& moderate = std::get<protocol::Moderate>(context.request);
  protocol::HostAction action{.time = context.now.wall,
                              .by = context.member.identity->name.shown,
                              .action = std::string(ToString(moderate.action))};
  if (moderate.member) {
    const Seat* seat = context.room->FindSeat(*moderate.member);
    const Member* member = seat != nullptr ? seat->member : FindListener(context);
    if (member == nullptr) member = context.room->entrance.FindWaiting(*moderate.member);
    if (member != nullptr) action.member = member->identity->name.shown;
  }
  if (moderate.action != Action::kPassword) action.value = moderate.value;
  if (moderate.action == Action::kAllow) action.allow = moderate.allow;
  return action;
}

Answer Moderation::ShowRecent(RequestContext& context) const {
  context.Reply(protocol::RecentReply{context.room->shown(), recent_.Of(context.room->key())});
  return std::nullopt;
}

// Of the last day only, so that a guest who became host of an empty room does not learn a year's names.
Answer Moderation::AskAttendance(RequestContext& context) const {
  if (!journal_) {
    return Error{ErrorCode::kForbidden, "this server does not record who attends (--journal)"};
  }
  const WallTime now = context.now.wall;
  context.AskLog(Load::Kind::kAttendance,
                 {.room_key = context.room->key(),
                  .attendance = LogQuery::Attendance{.since = now - limits::kAttendancePeriod,
                                                     .until = now,
                                                     .after = context.Get<protocol::Moderate>().after}});
  return std::nullopt;
}

// A person who was removed meanwhile, or is no longer host, does not get it.
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
const Member* Moderation::FindListener(const RequestContext& context) const {
  const auto& moderate = std::get<protocol::Moderate>(context.request);
  return context.room == &rooms_.lobby() ? members_.FindListener(*moderate.member) : nullptr;
}

Answer Moderation::SetLocked(RequestContext& context, bool locked) {
  context.ReplyOk();
  if (std::exchange(context.room->locked, locked) != locked) {
    context.out.items.emplace_back(
        ToRoom{context.room, protocol::RoomChanged{.room = context.room->shown(), .locked = locked}});
  }
  return std::nullopt;
}

Answer Moderation::SetPassword(RequestContext& context) {
  context.room->password = context.Get<protocol::Moderate>().value.value_or("");
  context.room->entrance.PasswordChanged();
  rooms_.Relist(*context.room);
  context.ReplyOk();
  context.out.items.emplace_back(ToRoom{
      context.room,
      protocol::RoomChanged{.room = context.room->shown(), .password = !context.room->password.empty()}});
  return std::nullopt;
}

Answer Moderation::SetTopic(RequestContext& context) {
  std::string topic = context.Get<protocol::Moderate>().value.value_or("");
  context.ReplyOk();
  if (topic != context.room->topic) {
    context.room->SetTopic(std::move(topic));
    context.out.items.emplace_back(ToRoom{
        context.room, protocol::RoomChanged{.room = context.room->shown(), .topic = context.room->topic}});
  }
  return std::nullopt;
}

Answer Moderation::SetWaitingRoom(RequestContext& context) {
  Room& room = *context.room;
  const bool on = context.Get<protocol::Moderate>().value == "on";
  context.ReplyOk();
  if (std::exchange(room.waiting_room, on) == on) return std::nullopt;
  context.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .waiting_room = on}});
  room.entrance.Switched(context.out);
  return std::nullopt;
}

Answer Moderation::Promote(RequestContext& context, const Seat& target) {
  if (target.raw) return Error{ErrorCode::kForbidden, "a raw peer can't be a host"};
  context.ReplyOk();
  hosts_.Appoint(*context.room, target, HostBy::kPromotion, context.out);
  return std::nullopt;
}

// In all sessions of that person.
Answer Moderation::Demote(RequestContext& context, const Seat& target) {
  Room& room = *context.room;
  const std::string key = target.member->identity->key;
  if (target.host && hosts_.HasStandIns(room)) {
    const bool someone_else = std::ranges::any_of(
        room.seats(), [&](const Seat& seat) { return !seat.raw && seat.member->identity->key != key; });
    if (!someone_else) return Error{ErrorCode::kForbidden, "a room keeps at least one host"};
  }
  context.ReplyOk();
  hosts_.Dismiss(room, key, nullptr, context.out);
  hosts_.Choose(room, key, context.now, context.out);
  return std::nullopt;
}

Answer Moderation::Admit(RequestContext& context) {
  Entrance& entrance = context.room->entrance;
  const Member* member = entrance.FindWaiting(*context.Get<protocol::Moderate>().member);
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  context.ReplyOk();
  entrance.LetIn(member->identity->key, context.out);
  return std::nullopt;
}

Answer Moderation::Refuse(RequestContext& context) {
  Entrance& entrance = context.room->entrance;
  const Member* member = entrance.FindWaiting(*context.Get<protocol::Moderate>().member);
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  context.ReplyOk();
  entrance.Refuse(*member, context.out);
  return std::nullopt;
}

}  // namespace parley
