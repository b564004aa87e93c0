#include "client/chat/session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley::client {
namespace {

// Typed while there is no connection, or faster than the server takes it: beyond this, something is wrong.
constexpr std::size_t kMostWaiting = 1000;

// What stands around a text in a message, with the longest of ids and room names.
constexpr std::size_t kAroundText = 1024;

}  // namespace

Session::Session(Settings settings)
    : settings_(std::move(settings)),
      greeting_(settings_.credentials, settings_.may_rename),
      unacknowledged_(settings_.id_prefix) {
  const std::string key = RoomKey(settings_.room);
  rooms_.emplace(key, Room(settings_.room, std::nullopt));
  order_.push_back(key);
}

// A text of control characters grows when it is written as JSON; sent like that, it would end the session.
bool Session::IsSendable(std::string_view text) {
  constexpr std::size_t kMostEscaped = 6;  // \u001b
  if (text.size() > limits::kTextBytes) return false;
  if (kMostEscaped * text.size() + kAroundText <= limits::kMessageBytes) return true;
  const protocol::Message message{.room = {}, .text = std::string(text), .id = std::nullopt};
  return protocol::EncodeRequest(message).size() + kAroundText <= limits::kMessageBytes;
}

// --- The connection ---

void Session::Connected() {
  SayHello();
}

void Session::Disconnected() {
  greeted_ = false;
  outgoing_.clear();
  for (auto& [key, room] : rooms_) room.Lose();
  for (const auto& [ref, asked] : std::exchange(asked_, {})) {
    if (!asked.what.empty())
      Tell(Notice::Kind::kProblem, "the connection broke before an answer to: " + asked.what);
  }
}

void Session::Receive(std::string_view line) {
  const std::optional<protocol::DecodedEvent> decoded = protocol::DecodeEvent(line);
  if (!decoded) return;
  std::visit([&](const auto& event) { On(event, decoded->ref); }, decoded->event);
}

void Session::Ping() {
  Ask(protocol::Ping{}, {.kind = Asked::Kind::kPing});
}

void Session::LeaveAll() {
  for (const auto& [key, room] : rooms_) {
    if (room.joined()) Ask(protocol::Leave{room.name()}, {.kind = Asked::Kind::kPing});
  }
}

std::string Session::TakeOutgoing() {
  return std::exchange(outgoing_, {});
}

std::optional<std::chrono::seconds> Session::TakeRetryAfter() {
  return std::exchange(retry_after_, std::nullopt);
}

std::vector<Notice> Session::TakeNotices() {
  return std::exchange(notices_, {});
}

// --- What the person wishes ---

void Session::Say(std::string_view text) {
  if (order_.empty()) return Tell(Notice::Kind::kProblem, "you are in no room; enter one with /join ROOM");
  if (unacknowledged_.size() >= kMostWaiting) {
    return Tell(Notice::Kind::kProblem, "not sent: too many messages wait for the server already");
  }
  const std::string& key = order_.back();
  if (!IsSendable(text)) {
    return RefuseMessage({.room = key, .text = std::string(text), .id = std::nullopt}, "it is too long");
  }
  const protocol::Message& message = unacknowledged_.Add(key, std::string(text));
  if (rooms_.at(key).joined()) Send(message);
}

void Session::Enter(std::string_view name, std::optional<std::string> password) {
  if (!NeedConnection()) return;
  const std::string key = RoomKey(name);
  Room* const room = Find(key);
  if (room != nullptr && room->joined()) {
    std::erase(order_, key);
    order_.push_back(key);
    return Tell(Notice::Kind::kInfo, "you are in " + room->name() + " now");
  }
  protocol::Join join{.room = std::string(name), .password = password, .since = std::nullopt};
  if (room != nullptr) {
    if (password) room->set_password(password);
    join = room->JoinRequest();
  }
  Asked asked{.kind = Asked::Kind::kJoin, .room = key, .what = "/join " + std::string(name)};
  asked.password = std::move(password);
  asked.name = name;
  Ask(join, std::move(asked));
}

void Session::Leave(const Room& room) {
  const std::string key = KeyOf(room);
  const std::string name = room.name();
  if (room.joined()) {
    Ask(protocol::Leave{name}, {.kind = Asked::Kind::kLeave, .room = key, .what = "/leave " + name});
  } else {
    if (room.waits()) Ask(protocol::Leave{name}, {.kind = Asked::Kind::kPing});
    Drop(key, "you left the room");
    Tell(Notice::Kind::kInfo, "you left " + name);
  }
}

void Session::Whisper(const protocol::MemberInfo& to, std::string_view text) {
  if (!NeedConnection()) return;
  if (!IsSendable(text)) return Tell(Notice::Kind::kProblem, "not sent: it is too long");
  const protocol::Whisper whisper{.to = to.id, .text = std::string(text)};
  Ask(whisper, {.kind = Asked::Kind::kOther, .what = "/msg " + to.name});
}

void Session::ShowOlder(std::size_t count) {
  Room* const room = order_.empty() ? nullptr : Find(order_.back());
  if (room == nullptr || !NeedConnection()) return;
  if (room->oldest_shown <= 1) return Tell(Notice::Kind::kInfo, "there is nothing older", room->name());
  protocol::History history{.room = room->name(), .before = room->oldest_shown, .after = std::nullopt};
  history.limit = std::min(count, limits::kHistoryMost);
  Ask(history, {.kind = Asked::Kind::kOlder, .room = order_.back(), .what = "/history"});
}

void Session::ShowRooms(std::string_view words) {
  if (!NeedConnection()) return;
  protocol::Rooms rooms;
  if (!words.empty()) rooms.query = std::string(words);
  Ask(rooms, {.kind = Asked::Kind::kOther, .what = "/rooms"});
}

void Session::RaiseHand(bool up) {
  if (order_.empty() || !NeedConnection()) return;
  protocol::State state;
  state.room = rooms_.at(order_.back()).name();
  state.hand = up;
  Ask(state, {.kind = Asked::Kind::kOther, .what = "/hand"});
}

void Session::Moderate(protocol::Action action, std::optional<std::string> member,
                       std::optional<std::string> value, std::string what) {
  if (order_.empty() || !NeedConnection()) return;
  protocol::Moderate moderate;
  moderate.room = rooms_.at(order_.back()).name();
  moderate.action = action;
  moderate.member = std::move(member);
  moderate.value = std::move(value);
  Ask(moderate, {.kind = Asked::Kind::kOther, .what = std::move(what)});
}

// --- How things are ---

bool Session::AwaitsAnswer() const {
  return !asked_.empty() ||
         std::ranges::any_of(unacknowledged_.messages(), [&](const protocol::Message& message) {
           return rooms_.at(message.room).joined();
         });
}

const Room* Session::current() const {
  return order_.empty() ? nullptr : &rooms_.at(order_.back());
}

const Room* Session::FindRoom(std::string_view name) const {
  const auto found = rooms_.find(RoomKey(name));  // what a person types may be spelt in any way
  return found == rooms_.end() ? nullptr : &found->second;
}

// --- Inside ---

void Session::Ask(const protocol::Request& request, Asked asked) {
  const std::string ref = "r" + std::to_string(++last_ref_);
  asked_.emplace(ref, std::move(asked));
  outgoing_ += protocol::EncodeRequest(request, ref);
  outgoing_ += '\n';
}

std::optional<Session::Asked> Session::TakeAsked(const Ref& ref) {
  if (!ref) return std::nullopt;
  auto node = asked_.extract(*ref);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void Session::Send(const protocol::Message& message) {
  protocol::Message sent = message;
  sent.room = rooms_.at(message.room).name();
  outgoing_ += protocol::EncodeRequest(sent, sent.id);
  outgoing_ += '\n';
}

void Session::SayHello() {
  Ask(greeting_.Next(), {.kind = Asked::Kind::kHello});
}

void Session::Tell(Notice::Kind kind, std::string text, std::string room) {
  notices_.push_back({.kind = kind, .room = std::move(room), .text = std::move(text)});
}

bool Session::NeedConnection() {
  if (!greeted_) Tell(Notice::Kind::kProblem, "there is no connection now; try again once there is");
  return greeted_;
}

Room* Session::Find(const std::string& key) {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : &found->second;
}

// By the very name that the server uses: whether two spellings are one room is the server's to say.
Room* Session::FindJoined(std::string_view name) {
  const auto found = std::ranges::find_if(
      rooms_, [&](const auto& entry) { return entry.second.joined() && entry.second.name() == name; });
  return found == rooms_.end() ? nullptr : &found->second;
}

std::string Session::KeyOf(const Room& room) const {
  return std::ranges::find_if(rooms_, [&](const auto& entry) { return &entry.second == &room; })->first;
}

void Session::Drop(const std::string& key, const std::string& why) {
  for (const protocol::Message& message : unacknowledged_.TakeRoom(key)) {
    if (!failure_) RefuseMessage(message, why);
  }
  rooms_.erase(key);
  std::erase(order_, key);
}

void Session::RefuseMessage(const protocol::Message& message, const std::string& why) {
  constexpr std::size_t kExcerpt = 60;
  ++refused_;
  const std::string_view excerpt = CutUtf8(message.text, kExcerpt);
  const std::string dots = excerpt.size() < message.text.size() ? "..." : "";
  Tell(Notice::Kind::kProblem, "not delivered, " + why + ": " + std::string(excerpt) + dots);
}

}  // namespace parley::client
