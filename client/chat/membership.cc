#include "client/chat/membership.h"

#include <utility>

#include "client/chat/explain.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

std::string Describe(const Room& room) {
  std::string text = room.name() + ": " + std::to_string(room.count()) + " here";
  if (room.locked()) text += ", locked";
  if (room.waiting_room()) text += ", with a waiting room";
  if (const std::string forbidden = DescribeForbidden(room.allow()); !forbidden.empty()) {
    text += ", for hosts only: " + forbidden;
  }
  if (!room.topic().empty()) text += "; topic: " + room.topic();
  return text;
}

bool Hosts(protocol::Role role) {
  return role == protocol::Role::kHost || role == protocol::Role::kAdmin;
}

std::string DescribeLeaving(const std::string& reason) {
  if (reason == "lost") return " left (connection lost)";
  if (reason == "ended") return " left (the meeting has ended)";
  if (reason == "kicked" || reason == "banned") return " was " + reason;
  return " left";
}

}  // namespace

// --- Joining and leaving ---

void Membership::Enter(std::string_view name, std::optional<std::string> password) {
  if (!state_.NeedConnection()) return;
  const std::string key = RoomKey(name);
  Room* const room = state_.rooms.Find(key);
  if (room != nullptr && room->joined()) {
    state_.rooms.MakeCurrent(key);
    return state_.Tell(Kind::kInfo, "you are in " + room->name() + " now");
  }
  protocol::Join join{.room = std::string(name), .password = password, .since = std::nullopt};
  if (room != nullptr) {
    if (password) room->set_password(password);
    join = room->JoinRequest();
  }
  Asked asked{.kind = Asked::Kind::kJoin, .room = key, .what = "/join " + std::string(name)};
  asked.password = std::move(password);
  asked.name = name;
  state_.requests.Ask(join, std::move(asked));
}

void Membership::EnterAgain() {
  for (const std::string& key : state_.rooms.order()) AskToEnter(key, *state_.rooms.Find(key));
}

void Membership::AskToEnter(const std::string& key, const Room& room) {
  state_.requests.Ask(room.JoinRequest(), {.kind = Asked::Kind::kJoin, .room = key, .name = room.name()});
}

void Membership::Leave(const Room& room) {
  const std::string key = state_.rooms.KeyOf(room);
  const std::string name = room.name();
  if (room.joined()) {
    state_.requests.Ask(protocol::Leave{name},
                        {.kind = Asked::Kind::kLeave, .room = key, .what = "/leave " + name});
  } else {
    if (room.waits()) state_.requests.Ask(protocol::Leave{name}, {.kind = Asked::Kind::kPing});
    state_.Drop(key, "you left the room");
    state_.Tell(Kind::kInfo, "you left " + name);
  }
}

void Membership::LeaveAll() {
  for (const auto& [key, room] : state_.rooms.all()) {
    if (room.joined()) state_.requests.Ask(protocol::Leave{room.name()}, {.kind = Asked::Kind::kPing});
  }
}

void Membership::OnLeft(const Asked& asked) {
  const Room* const room = state_.rooms.Find(asked.room);
  if (room == nullptr) return;
  state_.Tell(Kind::kInfo, "you left " + room->name());
  state_.Drop(asked.room, "you left the room");
}

void Membership::On(const protocol::Joined& joined, const Asked* asked) {
  const std::string key = asked != nullptr ? asked->room : RoomKey(joined.room);
  Room& room = state_.rooms.Add(key, joined.room, asked != nullptr ? asked->password : std::nullopt);
  const bool again = room.known();
  const CatchUp::Steps steps = room.Enter(joined);
  if (again) {
    messaging_.Follow(room, steps);
  } else {
    state_.rooms.MakeCurrent(key);
    state_.Tell(Kind::kInfo, Describe(room));
    if (room.journal()) {
      state_.Tell(Kind::kInfo, "the server records who joins and leaves", room.name());
    }
    messaging_.Begin(room, joined);
  }
  TellWhoWaits(room, joined.waiting.value_or(std::vector<protocol::WaitingPerson>()));
  messaging_.SendTo(key);
}

void Membership::OnJoinRefused(const protocol::Error& error, const Asked& asked) {
  if (error.code == ErrorCode::kWaiting) return WaitFor(asked);
  const Room* const room = state_.rooms.Find(asked.room);
  if (room != nullptr && !room->joined()) {
    return state_.ShutOut(asked.room, "can't join " + room->name() + ": " + Explain(error),
                          "the room cannot be joined");
  }
  const std::string what = asked.what.empty() ? std::string() : asked.what + ": ";
  state_.Tell(Kind::kProblem, what + Explain(error));
}

// --- The waiting room ---

void Membership::WaitFor(const Asked& asked) {
  Room& room = state_.rooms.Add(asked.room, asked.name, asked.password);
  state_.rooms.PutLast(asked.room);  // what is said goes where it went before
  room.Wait();
  // A pipe shows no information, but why nothing happens must be seen.
  state_.Tell(state_.settings.only_room ? Kind::kProblem : Kind::kInfo,
              "waiting for a host to admit you to " + room.name());
}

void Membership::On(const protocol::Admission& event) {
  // It has the name that was asked for.
  const Room* const room = state_.rooms.FindWaiting(event.room);
  if (room == nullptr) return;
  const std::string key = state_.rooms.KeyOf(*room);
  if (event.admitted) return AskToEnter(key, *room);
  state_.ShutOut(key, "a host did not admit you to " + room->name(), "you were not admitted");
}

void Membership::On(const protocol::WaitingEvent& event) {
  if (Room* const room = state_.rooms.FindJoined(event.room)) TellWhoWaits(*room, event.people);
}

void Membership::TellWhoWaits(Room& room, const std::vector<protocol::WaitingPerson>& people) {
  for (const protocol::WaitingPerson& person : room.SetWaiting(people)) {
    state_.Tell(Kind::kPresence, person.name + " is waiting to join: /admit or /refuse", room.name());
    state_.notices.back().rings = true;
  }
}

// --- Who is there ---

void Membership::On(const protocol::MemberJoined& event) {
  Room* const room = state_.rooms.FindJoined(event.room);
  if (room == nullptr) return;
  room->Put(event.member, true);
  if (event.member.id != state_.own_id) {
    state_.Tell(Kind::kPresence, event.member.name + " joined", room->name());
  }
}

void Membership::On(const protocol::MemberChanged& event) {
  Room* const room = state_.rooms.FindJoined(event.room);
  if (room == nullptr) return;
  const protocol::MemberInfo* const before = room->FindMember(event.member.id);
  const std::string change = before == nullptr ? std::string() : DescribeChange(*before, event.member);
  const bool hand_raised = before != nullptr && !before->hand && event.member.hand;
  room->Put(event.member, false);
  if (event.member.id == state_.own_id && !Hosts(event.member.role)) room->SetWaiting({});
  if (change.empty()) return;
  state_.Tell(Kind::kPresence, event.member.name + " " + change, room->name());
  const protocol::MemberInfo* const self = room->FindMember(state_.own_id);
  const bool leads = self != nullptr && Hosts(self->role);
  state_.notices.back().rings = hand_raised && leads && event.member.id != state_.own_id;
}

void Membership::On(const protocol::MemberLeft& event) {
  Room* const room = state_.rooms.FindJoined(event.room);
  if (room == nullptr) return;
  if (event.id != state_.own_id) {
    room->Remove(event.id);
    return state_.Tell(Kind::kPresence, event.name + DescribeLeaving(event.reason), room->name());
  }
  const bool ended = event.reason == "ended";
  state_.ShutOut(state_.rooms.KeyOf(*room),
                 ended ? "the meeting in " + room->name() + " has ended"
                       : "you were " + event.reason + " from " + room->name(),
                 "you are no longer in the room");
}

void Membership::On(const protocol::RoomChanged& event) {
  Room* const room = state_.rooms.FindJoined(event.room);
  if (room == nullptr) return;
  room->Apply(event);
  const auto tell = [&](std::string text) { state_.Tell(Kind::kPresence, std::move(text), room->name()); };
  if (event.topic) tell(event.topic->empty() ? "there is no topic now" : "the topic is now: " + *event.topic);
  if (event.locked) tell(*event.locked ? "the room is locked now" : "the room is unlocked now");
  if (event.password)
    tell(*event.password ? "the room has a password now" : "the room no longer has a password");
  if (event.waiting_room)
    tell(*event.waiting_room ? "the waiting room is on: people who join wait for a host"
                             : "the waiting room is off now");
  if (event.allow) {
    const std::string forbidden = DescribeForbidden(*event.allow);
    tell(forbidden.empty() ? "everybody may use microphone, camera, screen and chat now"
                           : "only hosts may use these now: " + forbidden);
  }
}

}  // namespace parley::client
