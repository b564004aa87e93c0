// What the server says, and what a Session makes of it.

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "client/chat/explain.h"
#include "client/chat/host_notices.h"
#include "client/chat/session.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

std::string Describe(const protocol::RoomSummary& room) {
  std::string text = room.room + ": " + std::to_string(room.members) + " there";
  if (room.locked) text += ", locked";
  if (!room.topic.empty()) text += "; topic: " + room.topic;
  return text;
}

// A guest's name went to somebody whom the server knows.
std::string LostName(const std::string& before, const std::string& now) {
  return "the name '" + before + "' belongs to somebody with a login; you are " + now + " now";
}

}  // namespace

// For one event, whose `ref` it has.
class Session::Events {
 public:
  Events(Session& session, const std::optional<std::string>& ref)
      : session_(session), state_(session.state_), ref_(ref), asked_(state_.requests.Take(ref)) {}

  void operator()(const protocol::Welcome& welcome);
  void operator()(const protocol::Ok& ok);
  void operator()(const protocol::Error& error);
  void operator()(const protocol::Joined& joined) {
    session_.membership_.On(joined, asked_ ? &*asked_ : nullptr);
    if (Room* const room = state_.rooms.FindJoined(joined.room)) session_.changes_.On(*room, joined);
    session_.files_.AskNext();
  }
  void operator()(const protocol::HistoryReply& reply) {
    if (asked_ && asked_->kind == Asked::Kind::kChanges) session_.changes_.On(reply, *asked_);
    if (asked_ && asked_->kind == Asked::Kind::kFileOf) session_.files_.On(reply, *asked_);
    if (asked_) session_.messaging_.On(reply, *asked_);
  }
  void operator()(const protocol::RoomsReply& reply);
  void operator()(const protocol::MembersReply& reply) {
    if (asked_) session_.people_.On(reply, *asked_);
  }
  void operator()(const protocol::BansReply& reply) { Show(state_, reply); }
  void operator()(const protocol::RecentReply& reply) { Show(state_, reply); }
  void operator()(const protocol::AttendanceReply& reply);
  void operator()(const protocol::Quieted& event) { Show(state_, event); }
  void operator()(const protocol::Unquieted& event) { Show(state_, event); }
  void operator()(const protocol::Pong&) {}
  void operator()(const protocol::RoomInfoReply&) {}  // for first screens
  void operator()(const protocol::SeenEvent&) {}
  void operator()(const protocol::TypingEvent&) {}
  void operator()(const protocol::Renamed& event);
  void operator()(const protocol::Closing& closing);
  void operator()(const protocol::SignalEvent&) {}  // media is for other clients
  void operator()(const protocol::MessageChanged& change) { session_.changes_.On(change); }
  void operator()(const protocol::UploadReply& reply) {
    if (asked_) session_.files_.On(reply, *asked_);
  }
  void operator()(const protocol::DownloadReply& reply) {
    if (asked_) session_.files_.On(reply, *asked_);
  }
  // Everything else is about messages, or about who is in a room.
  void operator()(const auto& event) {
    if constexpr (requires { session_.messaging_.On(event); }) {
      session_.messaging_.On(event);
    } else {
      session_.membership_.On(event);
    }
  }

 private:
  void OnHelloError(const protocol::Error& error);
  void OnLooseError(const protocol::Error& error);

  Session& session_;
  SessionState& state_;
  const std::optional<std::string>& ref_;
  std::optional<Asked> asked_;  // what the event answers
};

void Session::Receive(std::string_view line) {
  const std::optional<protocol::DecodedEvent> decoded = protocol::DecodeEvent(line);
  if (decoded) std::visit(Events(*this, decoded->ref), decoded->event);
}

// --- Hello ---

void Session::Events::operator()(const protocol::Welcome& welcome) {
  const bool returns = session_.greeting_.returning();
  session_.greeting_.Accepted(welcome);
  state_.greeted = true;
  if (welcome.name != state_.own_name) {
    state_.Tell(Kind::kInfo, returns ? LostName(state_.own_name, welcome.name) : "you are " + welcome.name);
  }
  state_.own_id = welcome.id;
  state_.own_name = welcome.name;
  state_.own_author = welcome.author;
  state_.own_ids.insert(welcome.id);
  state_.features = welcome.features;
  session_.membership_.EnterAgain();
}

void Session::Events::OnHelloError(const protocol::Error& error) {
  const Greeting::Outcome outcome = session_.greeting_.Refused(error);
  if (outcome.kind == Greeting::Outcome::Kind::kFailed) {
    state_.failure = outcome.text;
    return;
  }
  if (!outcome.text.empty()) state_.Tell(Kind::kInfo, outcome.text);
  session_.SayHello();
}

void Session::Events::operator()(const protocol::Renamed& event) {
  session_.greeting_.Renamed(event);
  state_.Tell(Kind::kInfo, LostName(state_.own_name, event.name));
  state_.own_name = event.name;
}

// --- Replies ---

void Session::Events::operator()(const protocol::Ok& ok) {
  if (asked_) {
    if (asked_->kind == Asked::Kind::kLeave) session_.membership_.OnLeft(*asked_);
    if (asked_->kind == Asked::Kind::kVote) session_.changes_.OnVoted(*asked_);
    if (asked_->kind == Asked::Kind::kPoll) session_.changes_.OnPollStored(ok, *asked_);
    return;
  }
  const std::optional<protocol::Message> message = ref_ ? state_.unacknowledged.Take(*ref_) : std::nullopt;
  if (message) session_.messaging_.OnStored(*message, ok);
}

void Session::Events::operator()(const protocol::Error& error) {
  if (IsFatal(error.code)) state_.greeted = false;  // nothing more is asked on this connection
  const std::optional<protocol::Message> message = ref_ ? state_.unacknowledged.Take(*ref_) : std::nullopt;
  if (message) {
    const bool for_hosts = error.code == ErrorCode::kForbidden;
    return state_.RefuseMessage(*message, for_hosts ? "only hosts may write here now" : Explain(error));
  }
  if (IsFatal(error.code) && asked_ && asked_->kind == Asked::Kind::kUpload) session_.files_.UploadEnded();
  if (IsFatal(error.code) || !asked_) return OnLooseError(error);
  if (asked_->kind == Asked::Kind::kHello) return OnHelloError(error);
  if (asked_->kind == Asked::Kind::kPing) return;
  if (asked_->kind == Asked::Kind::kJoin) {
    session_.membership_.OnJoinRefused(error, *asked_);
    return session_.files_.AskNext();  // those for that room are told of, and others may go on
  }
  const std::string what = asked_->what.empty() ? std::string() : asked_->what + ": ";
  state_.Tell(Kind::kProblem, what + Explain(error));
  session_.people_.OnRefused(*asked_);
  if (asked_->kind == Asked::Kind::kChanges) session_.changes_.OnPageRefused(*asked_);
  if (asked_->kind == Asked::Kind::kUpload) session_.files_.UploadEnded();
  Room* const room = asked_->kind == Asked::Kind::kPage ? state_.rooms.Find(asked_->room) : nullptr;
  if (room != nullptr) session_.messaging_.OnPageRefused(*room);
}

void Session::Events::OnLooseError(const protocol::Error& error) {
  const bool comes_back = error.code == ErrorCode::kServerFull || error.code == ErrorCode::kSlowConsumer;
  if (IsFatal(error.code) && !comes_back) {
    state_.failure = "the server ended the session: " + Explain(error);
  } else {
    state_.Tell(Kind::kProblem, Explain(error));
  }
}

void Session::Events::operator()(const protocol::RoomsReply& reply) {
  if (reply.rooms.empty()) state_.Tell(Kind::kInfo, "no public rooms found");
  for (const protocol::RoomSummary& room : reply.rooms) state_.Tell(Kind::kInfo, Describe(room));
  if (reply.more) state_.Tell(Kind::kInfo, "there are more rooms; search them with /rooms WORDS");
}

void Session::Events::operator()(const protocol::AttendanceReply& reply) {
  Show(state_, reply);
  if (!reply.next || !asked_) return;
  protocol::Moderate rest;
  rest.room = reply.room;
  rest.action = protocol::Action::kAttendance;
  rest.after = *reply.next;
  state_.requests.Ask(rest, *asked_);
}

void Session::Events::operator()(const protocol::Closing& closing) {
  session_.retry_after_ = std::chrono::seconds(std::max(closing.retry_after, 0));
  state_.Tell(Kind::kInfo, "the server closes the connection: " + closing.reason);
}

}  // namespace parley::client
