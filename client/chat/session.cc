#include "client/chat/session.h"

#include <algorithm>
#include <utility>

namespace parley::client {

Session::Session(Settings settings)
    : state_(std::move(settings)),
      greeting_(state_.settings.credentials, state_.settings.may_rename),
      messaging_(state_),
      changes_(state_, messaging_),
      files_(state_),
      membership_(state_, messaging_),
      people_(state_) {
}

// --- The connection ---

void Session::Connected() {
  SayHello();
}

void Session::Disconnected() {
  state_.greeted = false;
  for (auto& [key, room] : state_.rooms.all()) room.Lose();
  for (const Asked& asked : state_.requests.TakeAll()) {
    if (!asked.what.empty())
      state_.Tell(Notice::Kind::kProblem, "the connection broke before an answer to: " + asked.what);
    if (asked.kind == Asked::Kind::kUpload) files_.UploadEnded();
  }
  people_.Disconnected();
}

void Session::Ping() {
  state_.requests.Ask(protocol::Ping{}, {.kind = Asked::Kind::kPing});
}

void Session::SayHello() {
  state_.requests.Ask(greeting_.Next(), {.kind = Asked::Kind::kHello});
}

std::string Session::TakeOutgoing() {
  return state_.requests.TakeOutgoing();
}

std::optional<std::chrono::seconds> Session::TakeRetryAfter() {
  return std::exchange(retry_after_, std::nullopt);
}

std::vector<Notice> Session::TakeNotices() {
  return std::exchange(state_.notices, {});
}

// --- What the person wishes ---

void Session::Enter(std::string_view room, std::optional<std::string> password) {
  membership_.Enter(room, std::move(password));
}

void Session::Whisper(const protocol::MemberInfo& to, std::string_view text) {
  if (!state_.NeedConnection()) return;
  if (!IsSendable(text)) return state_.Tell(Notice::Kind::kProblem, "not sent: " + TooLong());
  const protocol::Whisper whisper{.to = to.id, .text = std::string(text)};
  state_.requests.Ask(whisper, {.kind = Asked::Kind::kOther, .what = "/msg " + to.name});
}

void Session::ShowRooms(std::string_view words) {
  if (!state_.NeedConnection()) return;
  protocol::Rooms rooms;
  if (!words.empty()) rooms.query = std::string(words);
  state_.requests.Ask(rooms, {.kind = Asked::Kind::kOther, .what = "/rooms"});
}

void Session::RaiseHand(bool up) {
  const Room* const room = current();
  if (room == nullptr || !state_.NeedConnection()) return;
  protocol::State flags;
  flags.room = room->name();
  flags.hand = up;
  state_.requests.Ask(flags, {.kind = Asked::Kind::kOther, .what = "/hand"});
}

void Session::Moderate(protocol::Action action, std::optional<std::string> member,
                       std::optional<std::string> value, std::string what, protocol::AllowChange allow) {
  const Room* const room = current();
  if (room == nullptr || !state_.NeedConnection()) return;
  protocol::Moderate moderate;
  moderate.room = room->name();
  moderate.action = action;
  moderate.member = std::move(member);
  moderate.value = std::move(value);
  moderate.allow = allow;
  state_.requests.Ask(moderate, {.kind = Asked::Kind::kOther, .what = std::move(what)});
}

// --- How things are ---

bool Session::AwaitsAnswer() const {
  return !state_.requests.empty() ||
         std::ranges::any_of(state_.unacknowledged.messages(), [&](const protocol::Message& message) {
           return state_.rooms.Find(message.room)->joined();
         });
}

const Room* Session::FindRoom(std::string_view name) const {
  return state_.rooms.Find(RoomKey(name));  // what a person types may be spelt in any way
}

}  // namespace parley::client
