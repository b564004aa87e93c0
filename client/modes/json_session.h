// JsonSession lets a script speak the protocol itself (`--json`), one message per line. This client only says
// hello, joins, and resumes after a lost connection.
//
// A state machine like Session, without sockets. Replies come in the order of the requests. So a reply
// belongs to the oldest request that has none, with or without a `ref`. The class has more functions than
// other classes: one for each event that it looks at.

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/greeting.h"
#include "client/chat/rooms.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

class JsonSession {
 public:
  JsonSession(Credentials credentials, std::string room);

  void Connected();
  // Unanswered messages with an `id` are sent again. Other unanswered requests are lost.
  void Disconnected();
  // One line of the server without its newline.
  void Receive(std::string_view line);
  // One line of the script without its newline, not empty. Only while ready().
  void Request(std::string_view line);
  void Ping();
  std::string TakeOutgoing();
  std::optional<std::chrono::seconds> TakeRetryAfter();

  [[nodiscard]] bool greeted() const { return greeted_; }
  // Hello and the joins were answered, and no host has to let this client in: the script's own requests may
  // follow.
  [[nodiscard]] bool ready() const { return ready_; }
  // Requests that have no answer yet.
  [[nodiscard]] std::size_t unanswered() const { return sent_.size() + resend_.size(); }
  // Requests that went down with a connection.
  [[nodiscard]] std::size_t lost() const { return lost_; }
  // The room of the options was not entered.
  [[nodiscard]] bool shut_out() const { return shut_out_; }
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

 private:
  struct Sent {
    enum class Kind { kHello, kOwnJoin, kPing, kJoin, kLeave, kMessage, kOther };
    Kind kind;
    std::string room = {};                               // as it was asked for
    std::optional<std::string> password = std::nullopt;  // of a join
    std::string line = {};                               // kMessage: to send again
  };

  void Send(Sent sent, std::string_view line);
  void SayHello();
  void AskToEnter(const Room& room);
  void ShutOut(const std::string& key);
  // Once ready: what was without an answer when the connection broke.
  void SendAgain();
  void Saw(const std::string& room, protocol::Sequence sequence);
  void Saw(const std::vector<protocol::MessageEvent>& messages);

  // Replies, each with the request it belongs to.
  void OnReply(const protocol::Welcome& welcome, const Sent& asked);
  void OnReply(const protocol::Joined& joined, const Sent& asked);
  void OnReply(const protocol::Ok& ok, const Sent& asked);
  void OnReply(const protocol::Error& error, const Sent& asked);
  void OnReply(const protocol::HistoryReply& reply, const Sent& asked);
  void OnReply(const protocol::RoomsReply&, const Sent&) {}
  void OnReply(const protocol::Pong&, const Sent&) {}
  void OnReply(const protocol::RoomInfoReply&, const Sent&) {}
  void OnReply(const protocol::MembersReply&, const Sent&) {}
  void OnReply(const protocol::BansReply&, const Sent&) {}
  void OnReply(const protocol::RecentReply&, const Sent&) {}
  void OnReply(const protocol::AttendanceReply&, const Sent&) {}
  void OnReply(const protocol::UploadReply&, const Sent&) {}
  void OnReply(const protocol::DownloadReply&, const Sent&) {}
  void OnReply(const protocol::FoundReply&, const Sent&) {}

  void OnEvent(const protocol::MessageEvent& message) { Saw(message.room, message.seq); }
  void OnEvent(const protocol::MemberLeft& event);
  void OnEvent(const protocol::Closing& closing);
  void OnEvent(const protocol::Admission& event);
  void OnEvent(const protocol::Renamed& event) { greeting_.Renamed(event); }
  void OnEvent(const protocol::MemberJoined&) {}
  void OnEvent(const protocol::MemberChanged&) {}
  void OnEvent(const protocol::RoomChanged&) {}
  void OnEvent(const protocol::MessageChanged&) {}
  void OnEvent(const protocol::WhisperEvent&) {}
  void OnEvent(const protocol::SignalEvent&) {}
  void OnEvent(const protocol::WaitingEvent&) {}
  void OnEvent(const protocol::Quieted&) {}
  void OnEvent(const protocol::Unquieted&) {}
  void OnEvent(const protocol::SeenEvent&) {}
  void OnEvent(const protocol::TypingEvent&) {}

  Greeting greeting_;
  std::string own_id_;
  bool greeted_ = false, ready_ = false;
  Rooms rooms_;              // to be in after a reconnect
  std::deque<Sent> sent_;    // no answer yet, in order
  std::deque<Sent> resend_;  // to be sent again once this client is back in its rooms
  std::size_t lost_ = 0;
  bool shut_out_ = false;
  std::string outgoing_;
  std::optional<std::chrono::seconds> retry_after_;
  std::optional<std::string> failure_;
};

}  // namespace parley::client
