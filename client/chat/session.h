// Session speaks the protocol as a person's client does: hello, rooms, messages, and resuming after a lost
// connection. Nothing is lost, and nothing is shown twice.
//
// A state machine: events and the person's commands go in, lines to send and notices to show come out. It
// knows no socket, no clock and no terminal. Owned by the mode that runs it; one thread.
//
// It has more functions than other classes: one for each command. Its parts, such as Messaging
// and Membership, do the work.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/changes.h"
#include "client/chat/files.h"
#include "client/chat/greeting.h"
#include "client/chat/membership.h"
#include "client/chat/messaging.h"
#include "client/chat/notice.h"
#include "client/chat/people.h"
#include "client/chat/room.h"
#include "client/chat/session_state.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

class Session {
 public:
  using Settings = SessionSettings;
  explicit Session(Settings settings);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Whether a text can be a message at all: it may be too long, as it is or as JSON.
  static bool IsSendable(std::string_view text) { return client::IsSendable(text); }

  // --- The connection ---

  // There is a fresh one: the session says hello on it.
  void Connected();
  void Disconnected();
  // One line without its newline. Events that are not known are ignored.
  void Receive(std::string_view line);
  // Asks for a sign of life.
  void Ping();
  // Says goodbye to every room; the answers don't matter any more.
  void LeaveAll() { membership_.LeaveAll(); }
  // Lines to send, each with its newline.
  std::string TakeOutgoing();
  // How long the server wants to be left alone, where it said so.
  std::optional<std::chrono::seconds> TakeRetryAfter();

  // --- What the person wishes. What can't be done becomes a notice. ---

  // To the current room; kept until it is acknowledged, also while there is no connection.
  void Say(std::string_view text) { messaging_.Say(text); }
  // A room one is in becomes the current one.
  void Enter(std::string_view room, std::optional<std::string> password);
  void Leave(const Room& room) { membership_.Leave(room); }
  void Whisper(const protocol::MemberInfo& to, std::string_view text);
  // Up to `count` messages older than those shown of the current room.
  void ShowOlder(std::size_t count) { messaging_.ShowOlder(count); }
  // Those with `words` in their name or topic; empty: all.
  void ShowRooms(std::string_view words);
  void RaiseHand(bool up);
  // In the current room. `what` says it in the person's words, for an error.
  void Moderate(protocol::Action action, std::optional<std::string> member, std::optional<std::string> value,
                std::string what, protocol::AllowChange allow = {});

  // The wishes about messages that are there, and about files.
  [[nodiscard]] Messaging& messaging() { return messaging_; }
  [[nodiscard]] Changes& changes() { return changes_; }
  [[nodiscard]] Files& files() { return files_; }
  // About members whom a large room does not list.
  [[nodiscard]] People& people() { return people_; }

  // --- How things are ---

  // Welcomed, on the connection there is.
  [[nodiscard]] bool greeted() const { return state_.greeted; }
  // Something that was sent has no answer yet.
  [[nodiscard]] bool AwaitsAnswer() const;
  // Where messages go; null: nowhere.
  [[nodiscard]] const Room* current() const { return state_.rooms.current(); }
  [[nodiscard]] const Room* FindRoom(std::string_view name) const;
  [[nodiscard]] const protocol::MemberInfo* Self(const Room& room) const {
    return room.FindMember(state_.own_id);
  }
  [[nodiscard]] std::size_t unacknowledged() const { return state_.unacknowledged.size(); }
  // Messages that will never be delivered: the server said no.
  [[nodiscard]] std::size_t refused() const { return state_.refused; }
  // Why this client can't go on, once it can't.
  [[nodiscard]] const std::optional<std::string>& failure() const { return state_.failure; }
  std::vector<Notice> TakeNotices();

 private:
  // What the server says, and what becomes of it.
  class Events;

  void SayHello();

  SessionState state_;
  Greeting greeting_;
  Messaging messaging_;
  Changes changes_;
  Files files_;
  Membership membership_;
  People people_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace parley::client
