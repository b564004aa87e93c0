#include "client/chat/host_notices.h"

#include <chrono>
#include <optional>
#include <string>

#include "common/base/clock.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

std::string Describe(const protocol::HostAction& action) {
  std::string text = action.by + ": " + action.action;
  if (!action.member.empty()) text += " " + action.member;
  if (action.value && !action.value->empty()) text += " " + *action.value;
  if (action.allow) {
    const auto add = [&](const char* name, const std::optional<bool>& flag) {
      if (flag) text += std::string(" ") + name + (*flag ? " on" : " off");
    };
    add("microphone", action.allow->microphone);
    add("camera", action.allow->camera);
    add("screen", action.allow->screen);
    add("chat", action.allow->chat);
  }
  return text;
}

}  // namespace

void Show(SessionState& state, const protocol::BansReply& reply) {
  if (reply.bans.empty()) state.Tell(Kind::kInfo, "no one is banned from " + reply.room);
  for (const protocol::BannedPerson& person : reply.bans) {
    std::string text = person.name + (person.address ? " (and their address)" : "") + ", banned";
    if (!person.by.empty()) text += " by " + person.by;
    state.Tell(Kind::kInfo, text + ", " + parley::FormatTime(person.time));
  }
}

// The newest last, as in a terminal.
void Show(SessionState& state, const protocol::RecentReply& reply) {
  if (reply.actions.empty()) state.Tell(Kind::kInfo, "no recent actions of hosts in " + reply.room + " yet");
  for (auto action = reply.actions.rbegin(); action != reply.actions.rend(); ++action) {
    state.Tell(Kind::kInfo, parley::FormatTime(action->time) + " " + Describe(*action));
  }
}

// A table: what is as wide for everybody comes first.
void Show(SessionState& state, const protocol::AttendanceReply& reply) {
  if (reply.people.empty()) state.Tell(Kind::kInfo, "no one was in " + reply.room);
  for (const protocol::Attendee& person : reply.people) {
    const std::string until = person.left ? "to " + parley::FormatTime(*person.left) : "(still there)";
    state.Tell(Kind::kInfo, parley::FormatDuration(std::chrono::seconds(person.seconds)) + "  " +
                                parley::FormatTime(person.came) + " " + until + "  " + person.name);
  }
}

void Show(SessionState& state, const protocol::Quieted& event) {
  const Room* const room = state.rooms.FindJoined(event.room);
  if (room == nullptr) return;
  state.Tell(
      Kind::kPresence,
      event.by + (event.until_unmuted ? " muted you: you cannot write or speak until a host unmutes you"
                                      : " turned your microphone off; you can turn it on again"),
      room->name());
}

void Show(SessionState& state, const protocol::Unquieted& event) {
  const Room* const room = state.rooms.FindJoined(event.room);
  if (room != nullptr) state.Tell(Kind::kPresence, event.by + " unmuted you", room->name());
}

}  // namespace parley::client
