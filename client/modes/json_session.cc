#include "client/modes/json_session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "client/chat/explain.h"

namespace parley::client {
namespace {

// These end the connection whatever was asked; any other error answers a request.
bool ComesByItself(const protocol::Event& event) {
  const auto* const error = std::get_if<protocol::Error>(&event);
  return error != nullptr &&
         (error->code == ErrorCode::kSlowConsumer || error->code == ErrorCode::kServerFull);
}

}  // namespace

JsonSession::JsonSession(Credentials credentials, std::string room)
    : greeting_(std::move(credentials), false), rooms_(std::move(room)) {
}

void JsonSession::Connected() {
  SayHello();
}

void JsonSession::Disconnected() {
  greeted_ = ready_ = false;
  outgoing_.clear();
  for (auto& [key, room] : rooms_.all()) room.Lose();
  for (Sent& sent : sent_) {
    switch (sent.kind) {
      case Sent::Kind::kHello:
      case Sent::Kind::kOwnJoin:
      case Sent::Kind::kPing:
        break;
      case Sent::Kind::kMessage:
        resend_.push_back(std::move(sent));
        break;
      default:
        ++lost_;
    }
  }
  sent_.clear();
}

void JsonSession::Receive(std::string_view line) {
  const std::optional<protocol::DecodedEvent> decoded = protocol::DecodeEvent(line);
  if (!decoded || ComesByItself(decoded->event)) return;
  const auto take = [this](const auto& event) {
    if constexpr (requires(const Sent& asked) { OnReply(event, asked); }) {
      if (sent_.empty()) return;
      const Sent asked = std::move(sent_.front());
      sent_.pop_front();
      OnReply(event, asked);
    } else {
      OnEvent(event);
    }
  };
  std::visit(take, decoded->event);
  const auto is_own = [](const Sent& sent) {
    return sent.kind == Sent::Kind::kHello || sent.kind == Sent::Kind::kOwnJoin;
  };
  const auto waits = [](const auto& entry) { return entry.second.waits(); };
  const bool entered =
      greeted_ && std::ranges::none_of(rooms_.all(), waits) && std::ranges::none_of(sent_, is_own);
  if (entered && !std::exchange(ready_, true)) SendAgain();
}

void JsonSession::Request(std::string_view line) {
  Sent sent{.kind = Sent::Kind::kOther};
  const protocol::DecodedRequest decoded = protocol::DecodeRequest(line);
  if (const auto* const request = std::get_if<protocol::Request>(&decoded.body)) {
    if (const auto* const join = std::get_if<protocol::Join>(request)) {
      sent = {.kind = Sent::Kind::kJoin, .room = join->room, .password = join->password};
    } else if (const auto* const leave = std::get_if<protocol::Leave>(request)) {
      sent = {.kind = Sent::Kind::kLeave, .room = leave->room};
    } else if (const auto* const message = std::get_if<protocol::Message>(request); message && message->id) {
      sent = {.kind = Sent::Kind::kMessage, .line = std::string(line)};
    }
  }
  Send(std::move(sent), line);
}

void JsonSession::Ping() {
  Send({.kind = Sent::Kind::kPing}, protocol::EncodeRequest(protocol::Ping{}));
}

std::string JsonSession::TakeOutgoing() {
  return std::exchange(outgoing_, {});
}

std::optional<std::chrono::seconds> JsonSession::TakeRetryAfter() {
  return std::exchange(retry_after_, std::nullopt);
}

void JsonSession::Send(Sent sent, std::string_view line) {
  outgoing_ += line;
  outgoing_ += '\n';
  sent_.push_back(std::move(sent));
}

void JsonSession::SayHello() {
  Send({.kind = Sent::Kind::kHello}, protocol::EncodeRequest(greeting_.Next()));
}

void JsonSession::AskToEnter(const Room& room) {
  Send({.kind = Sent::Kind::kOwnJoin, .room = room.name()}, protocol::EncodeRequest(room.JoinRequest()));
}

void JsonSession::ShutOut(const std::string& key) {
  shut_out_ = true;
  rooms_.Remove(key);
}

void JsonSession::SendAgain() {
  for (Sent& sent : std::exchange(resend_, {})) {
    const std::string line = sent.line;
    Send(std::move(sent), line);
  }
}

void JsonSession::Saw(const std::string& room, protocol::Sequence sequence) {
  Room* const found = rooms_.FindJoined(room);
  if (found == nullptr) return;
  protocol::MessageEvent message;
  message.seq = sequence;
  found->catch_up.Live(message);
}

void JsonSession::Saw(const std::vector<protocol::MessageEvent>& messages) {
  for (const protocol::MessageEvent& message : messages) Saw(message.room, message.seq);
}

// --- Replies ---

void JsonSession::OnReply(const protocol::Welcome& welcome, const Sent&) {
  greeting_.Accepted(welcome);
  greeted_ = true;
  own_id_ = welcome.id;
  for (const auto& [key, room] : rooms_.all()) AskToEnter(room);
}

void JsonSession::OnReply(const protocol::Joined& joined, const Sent& asked) {
  const std::string key = RoomKey(asked.room);
  Room& room = rooms_.Add(key, joined.room, asked.password);
  // The script reads every line itself, and asks for what is missing by `history`. What CatchUp says is not
  // followed: it only keeps count, for `since`.
  const CatchUp::Steps steps = room.Enter(joined);
  if (steps.empty() || !std::holds_alternative<CatchUp::Restarted>(steps.front())) return;
  // A new log is like a room that is joined for the first time.
  room.catch_up = CatchUp();
  room.catch_up.Joined(joined);
}

void JsonSession::OnReply(const protocol::Ok& ok, const Sent& asked) {
  if (asked.kind == Sent::Kind::kLeave) rooms_.Remove(RoomKey(asked.room));
  if (ok.seq > 0) Saw(ok.room, ok.seq);
}

void JsonSession::OnReply(const protocol::Error& error, const Sent& asked) {
  if (asked.kind == Sent::Kind::kOwnJoin) {
    const std::string key = RoomKey(asked.room);
    Room* const room = rooms_.Find(key);
    if (error.code == ErrorCode::kWaiting && room != nullptr) {
      room->Wait();
    } else {
      ShutOut(key);
    }
  }
  if (asked.kind != Sent::Kind::kHello) return;
  const Greeting::Outcome outcome = IsFatal(error.code)
                                        ? Greeting::Outcome{Greeting::Outcome::Kind::kFailed, Explain(error)}
                                        : greeting_.Refused(error);
  if (outcome.kind == Greeting::Outcome::Kind::kAgain) return SayHello();
  failure_ = outcome.text;
}

void JsonSession::OnReply(const protocol::HistoryReply& reply, const Sent&) {
  Saw(reply.messages);
}

// --- Events ---

void JsonSession::OnEvent(const protocol::MemberLeft& event) {
  const Room* const room = rooms_.FindJoined(event.room);
  if (event.id == own_id_ && room != nullptr) rooms_.Remove(rooms_.KeyOf(*room));
}

void JsonSession::OnEvent(const protocol::Admission& event) {
  // It has the name that was asked for. Where none waits, it is the script's own affair.
  const Room* const room = rooms_.FindWaiting(event.room);
  if (room == nullptr) return;
  if (event.admitted) {
    AskToEnter(*room);
  } else {
    ShutOut(rooms_.KeyOf(*room));
  }
}

void JsonSession::OnEvent(const protocol::Closing& closing) {
  retry_after_ = std::chrono::seconds(std::max(closing.retry_after, 0));
}

}  // namespace parley::client
