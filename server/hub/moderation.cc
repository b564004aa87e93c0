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
  Answer (*run)(Moderation& self, ActionContext& context);        // null with kOnlyAsks
  Answer (*ask)(Moderation& self, RequestContext& context) = {};  // only with kOnlyAsks
};

// In the order of protocol::Action.
const Moderation::Rule Moderation::kActions[] = {
    {Action::kKick, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.removals_.Kick(context); }},
    {Action::kBan, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context) { return self.removals_.Ban(context); }},
    {Action::kUnban, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context) { return Removals::Unban(context); }},
    {Action::kMute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context) { return self.media_.Mute(context); }},
    {Action::kUnmute, Rule::kMember, Rule::kSaves,
     [](auto& self, auto& context) { return self.media_.Unmute(context); }},
    {Action::kLowerHand, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.media_.LowerHand(context); }},
    {Action::kLock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context) { return SetLocked(context, true); }},
    {Action::kUnlock, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context) { return SetLocked(context, false); }},
    {Action::kPassword, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& context) { return self.SetPassword(context); }},
    {Action::kTopic, Rule::kNobody, Rule::kSaves, [](auto&, auto& context) { return SetTopic(context); }},
    {Action::kPromote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.Promote(context); }},
    {Action::kDemote, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.Demote(context); }},
    {Action::kWaitingRoom, Rule::kNobody, Rule::kSaves,
     [](auto&, auto& context) { return SetWaitingRoom(context); }},
    {Action::kAdmit, Rule::kNobody, Rule::kPasses, [](auto&, auto& context) { return Admit(context); }},
    {Action::kRefuse, Rule::kNobody, Rule::kPasses, [](auto&, auto& context) { return Refuse(context); }},
    {Action::kBans, Rule::kNobody, Rule::kOnlyAsks, nullptr,
     [](auto&, auto& context) { return Removals::ListBans(context); }},
    {Action::kQuiet, Rule::kMaybeMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.media_.Quiet(context); }},
    {Action::kStop, Rule::kMember, Rule::kPasses,
     [](auto& self, auto& context) { return self.media_.Stop(context); }},
    {Action::kLowerHands, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context) { return self.media_.LowerHands(context); }},
    {Action::kAllow, Rule::kNobody, Rule::kSaves,
     [](auto& self, auto& context) { return self.media_.Allow(context); }},
    {Action::kEnd, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context) { return self.removals_.End(context); }},
    {Action::kRecent, Rule::kNobody, Rule::kOnlyAsks, nullptr,
     [](auto& self, auto& context) { return self.ShowRecent(context); }},
    {Action::kSpotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& context) { return Spotlight::Add(context); }},
    {Action::kUnspotlight, Rule::kMemberOrAdmin, Rule::kPasses,
     [](auto&, auto& context) { return Spotlight::Remove(context); }},
    {Action::kRecord, Rule::kNobody, Rule::kPasses,
     [](auto& self, auto& context) { return self.media_.Record(context); }},
    {Action::kAttendance, Rule::kNobody, Rule::kOnlyAsks, nullptr,
     [](auto& self, auto& context) { return self.AskAttendance(context); }},
};

const Moderation::Rule& Moderation::RuleOf(Action action) {
  static_assert(std::size(kActions) == protocol::kActionCount);
  return kActions[static_cast<std::size_t>(action)];
}

Answer Moderation::Moderate(RequestContext& context) {
  const Rule& rule = RuleOf(context.Get<protocol::Moderate>().action);
  if (rule.effect == Rule::kOnlyAsks) return rule.ask(*this, context);
  ModerateCommand command;
  if (auto error = Prepare(context, rule, command)) return error;
  return Act(command, context.now, context.out);
}

// The early check covers everything that does not depend on the order of commands. Its results are part of
// the command.
Answer Moderation::Prepare(RequestContext& context, const Rule& rule, ModerateCommand& command) const {
  auto& asked = context.Get<protocol::Moderate>();
  const Room& room = *context.room;
  command = {.room_key = room.key(),
             .time = context.now.wall,
             .action = asked.action,
             .by = Describe(context.member),
             .allow = asked.allow,
             .origin = context.origin()};
  if (asked.member) {
    const Seat* seat = context.room->FindSeat(*asked.member);
    const Member* target = seat != nullptr ? seat->member : FindListener(room, *asked.member);
    // A listener, who has just spoken and sends nothing more, is a target, too.
    if (target == nullptr && rule.target != Rule::kNobody) {
      return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
    }
    if (rule.target != Rule::kNobody && rule.target != Rule::kMemberOrAdmin && target->admin() &&
        !context.member.admin()) {
      return Error{ErrorCode::kForbidden, "a host may not do that to an admin"};
    }
    if (target == nullptr) target = room.entrance.FindWaiting(*asked.member);
    if (target != nullptr) {
      command.target = Describe(*target);
      if (asked.action == Action::kBan && asked.value == "address") command.address = target->address;
    }
  }
  if (asked.action == Action::kUnban) {
    command.unban = protocol::PersonName(*asked.value);
    if (!command.unban) return Removals::NobodyToUnban();
  }
  command.value = std::move(asked.value);
  if (asked.action == Action::kRecord) return media_.PrepareRecord(command);
  return std::nullopt;
}

Answer Moderation::Apply(const ModerateCommand& command, const Now& now, Outbox& out) {
  const Rule& rule = RuleOf(command.action);
  const bool needs_target = rule.target == Rule::kMember || rule.target == Rule::kMemberOrAdmin;
  const bool needs_recording = command.action == Action::kRecord && command.value == "on";
  if (rule.effect == Rule::kOnlyAsks || (needs_target && !command.target) ||
      (command.action == Action::kUnban && !command.unban) ||
      (needs_recording && command.recording.empty())) {
    return Error{ErrorCode::kBadMessage, "the command is not complete"};
  }
  const Room& room = *rooms_.Find(command.room_key);
  if (!command.by.admin && room.known_hosts.Find(command.by.identity) == nullptr) return OnlyHosts();
  return Act(command, now, out);
}

Answer Moderation::Act(const ModerateCommand& command, const Now& now, Outbox& out) {
  const Rule& rule = RuleOf(command.action);
  Room& room = *rooms_.Find(command.room_key);
  const bool is_lobby = &room == &rooms_.lobby();
  const Now then{now.monotonic, command.time};
  ActionContext context{.command = command,
                        .room = room,
                        .target = command.target ? room.FindSeat(command.target->id) : nullptr,
                        .sender = members_.Find(command.origin),
                        .now = then,
                        .out = out};
  Answer answer;
  const bool needs_target = rule.target != Rule::kNobody && command.target.has_value();
  const Member* const listener =
      needs_target && context.target == nullptr ? FindListener(room, command.target->id) : nullptr;
  if (listener != nullptr) {
    answer = removals_.RemoveListener(context, *listener);
  } else {
    answer = rule.run(*this, context);
    // The room may be gone now, unless its settings were changed.
    if (rule.effect == Rule::kSaves && !answer) out.saves.push_back(room.settings());
    if (is_lobby && !answer) admission_.RemoveListeners(out);
  }
  if (!answer) recent_.Add(command.room_key, Describe(command));
  return answer;
}

CommandPerson Moderation::Describe(const Member& member) {
  return {.id = member.id,
          .identity = member.identity->key,
          .name = member.identity->name,
          .admin = member.admin(),
          .raw = member.raw};
}

// For the recent actions. Hosts are shown no password.
protocol::HostAction Moderation::Describe(const ModerateCommand& command) {
  protocol::HostAction action{
      .time = command.time, .by = command.by.name.shown, .action = std::string(ToString(command.action))};
  if (command.target) action.member = command.target->name.shown;
  if (command.action != Action::kPassword) action.value = command.value;
  if (command.action == Action::kAllow) action.allow = command.allow;
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

// Null if there is no listener with that id, or the room has no listeners.
const Member* Moderation::FindListener(const Room& room, std::string_view id) const {
  return &room == &rooms_.lobby() ? members_.FindListener(id) : nullptr;
}

Answer Moderation::SetLocked(ActionContext& context, bool locked) {
  Room& room = context.room;
  context.ReplyOk();
  if (std::exchange(room.locked, locked) != locked) {
    context.out.items.emplace_back(
        ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .locked = locked}});
  }
  return std::nullopt;
}

Answer Moderation::SetPassword(ActionContext& context) {
  Room& room = context.room;
  room.password = context.command.value.value_or("");
  room.entrance.PasswordChanged();
  rooms_.Relist(room);
  context.ReplyOk();
  context.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .password = !room.password.empty()}});
  return std::nullopt;
}

Answer Moderation::SetTopic(ActionContext& context) {
  Room& room = context.room;
  std::string topic = context.command.value.value_or("");
  context.ReplyOk();
  if (topic != room.topic) {
    room.SetTopic(std::move(topic));
    context.out.items.emplace_back(
        ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .topic = room.topic}});
  }
  return std::nullopt;
}

Answer Moderation::SetWaitingRoom(ActionContext& context) {
  Room& room = context.room;
  const bool on = context.command.value == "on";
  context.ReplyOk();
  if (std::exchange(room.waiting_room, on) == on) return std::nullopt;
  context.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .waiting_room = on}});
  room.entrance.Switched(context.out);
  return std::nullopt;
}

Answer Moderation::Promote(ActionContext& context) {
  const CommandPerson& target = *context.command.target;
  if (target.raw) return Error{ErrorCode::kForbidden, "a raw peer can't be a host"};
  context.ReplyOk();
  hosts_.Appoint(context.room, target.identity, HostBy::kPromotion, context.out);
  return std::nullopt;
}

// In all sessions of that person.
Answer Moderation::Demote(ActionContext& context) {
  Room& room = context.room;
  const std::string& key = context.command.target->identity;
  if (room.IsHost(key) && hosts_.HasStandIns(room)) {
    const bool someone_else = std::ranges::any_of(
        room.seats(), [&](const Seat& seat) { return !seat.raw && seat.member->identity->key != key; });
    if (!someone_else) return Error{ErrorCode::kForbidden, "a room keeps at least one host"};
  }
  context.ReplyOk();
  hosts_.Dismiss(room, key, nullptr, context.out);
  hosts_.Choose(room, key, context.now, context.out);
  return std::nullopt;
}

// Null if the command's target does not wait on this server.
const Member* Moderation::FindWaiting(const ActionContext& context) {
  const auto& target = context.command.target;
  return target ? context.room.entrance.FindWaiting(target->id) : nullptr;
}

Answer Moderation::Admit(ActionContext& context) {
  const Member* member = FindWaiting(context);
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  context.ReplyOk();
  context.room.entrance.LetIn(member->identity->key, context.out);
  return std::nullopt;
}

Answer Moderation::Refuse(ActionContext& context) {
  const Member* member = FindWaiting(context);
  if (member == nullptr)
    return Error{ErrorCode::kNoSuchMember, "there is no such person in the waiting room"};
  context.ReplyOk();
  context.room.entrance.Refuse(*member, context.out);
  return std::nullopt;
}

}  // namespace parley
