// The protocol as a person's client speaks it: hello, rooms, messages, and coming back after the connection
// was lost with nothing shown twice and nothing lost.
//
// A state machine: events and the person's wishes in, lines to send and notices to show out. Knows no
// socket, no clock, no terminal. Owned by the mode that runs it; one thread.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/greeting.h"
#include "client/chat/notice.h"
#include "client/chat/room.h"
#include "client/chat/unacknowledged.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

class Session {
 public:
  struct Settings {
    Credentials credentials;
    bool may_rename = false;  // see Greeting
    std::string room;         // entered first
    bool only_room = false;   // not being let into it, or being sent out of it, is a failure
    std::string id_prefix;    // see Unacknowledged
    std::size_t recent = 0;   // messages shown on entering a room
  };
  explicit Session(Settings settings);

  // Whether a text can be a message at all: it may be too long, as it is or as JSON.
  static bool IsSendable(std::string_view text);

  // --- The connection ---

  // There is a fresh one: the session says hello on it.
  void Connected();
  void Disconnected();
  // One line without its newline. Events that are not known are ignored.
  void Receive(std::string_view line);
  // Asks for a sign of life.
  void Ping();
  // Says goodbye to every room; the answers don't matter any more.
  void LeaveAll();
  // Lines to send, each with its newline.
  std::string TakeOutgoing();
  // How long the server wants to be left alone, where it said so.
  std::optional<std::chrono::seconds> TakeRetryAfter();

  // --- What the person wishes. What can't be done becomes a notice. ---

  // To the current room; kept until it is acknowledged, also while there is no connection.
  void Say(std::string_view text);
  // A room one is in becomes the current one.
  void Enter(std::string_view room, std::optional<std::string> password);
  void Leave(const Room& room);
  void Whisper(const protocol::MemberInfo& to, std::string_view text);
  // Up to `count` messages older than those shown of the current room.
  void ShowOlder(std::size_t count);
  // Those with `words` in their name or topic; empty: all.
  void ShowRooms(std::string_view words);
  void RaiseHand(bool up);
  // In the current room. `what` says it in the person's words, for an error.
  void Moderate(protocol::Action action, std::optional<std::string> member, std::optional<std::string> value,
                std::string what);

  // --- How things are ---

  // Welcomed, on the connection there is.
  [[nodiscard]] bool greeted() const { return greeted_; }
  // Something that was sent has no answer yet.
  [[nodiscard]] bool AwaitsAnswer() const;
  // Where messages go; null: nowhere.
  [[nodiscard]] const Room* current() const;
  [[nodiscard]] const Room* FindRoom(std::string_view name) const;
  [[nodiscard]] const protocol::MemberInfo* Self(const Room& room) const { return room.FindMember(own_id_); }
  [[nodiscard]] std::size_t unacknowledged() const { return unacknowledged_.size(); }
  // Messages that will never be delivered: the server said no.
  [[nodiscard]] std::size_t refused() const { return refused_; }
  // Why this client can't go on, once it can't.
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }
  std::vector<Notice> TakeNotices();

 private:
  // What a `ref` was given to.
  struct Asked {
    enum class Kind { kHello, kJoin, kLeave, kPage, kOlder, kPing, kOther };
    Kind kind;
    std::string room = {};  // its key
    std::string what = {};  // in the person's words; empty: nothing they asked for
    std::optional<std::string> password = std::nullopt;  // kJoin
    std::string name = {};                               // kJoin: the room's, as it was asked for
  };
  using Ref = std::optional<std::string>;

  void Ask(const protocol::Request& request, Asked asked);
  std::optional<Asked> TakeAsked(const Ref& ref);
  void Send(const protocol::Message& message);
  void SayHello();
  void Tell(Notice::Kind kind, std::string text, std::string room = {});
  bool NeedConnection();

  void On(const protocol::Welcome& welcome, const Ref& ref);
  void On(const protocol::Joined& joined, const Ref& ref);
  void On(const protocol::Ok& ok, const Ref& ref);
  void On(const protocol::Error& error, const Ref& ref);
  void On(const protocol::MessageEvent& message, const Ref& ref);
  void On(const protocol::WhisperEvent& whisper, const Ref& ref);
  void On(const protocol::HistoryReply& reply, const Ref& ref);
  void On(const protocol::RoomsReply& reply, const Ref& ref);
  void On(const protocol::Pong& pong, const Ref& ref);
  void On(const protocol::BansReply& reply, const Ref& ref);
  void On(const protocol::MemberJoined& event, const Ref& ref);
  void On(const protocol::MemberChanged& event, const Ref& ref);
  void On(const protocol::MemberLeft& event, const Ref& ref);
  void On(const protocol::RoomChanged& event, const Ref& ref);
  void On(const protocol::WaitingEvent& event, const Ref& ref);
  void On(const protocol::Admission& event, const Ref& ref);
  void On(const protocol::Renamed& event, const Ref& ref);
  void On(const protocol::SignalEvent& signal, const Ref& ref);
  void On(const protocol::Closing& closing, const Ref& ref);

  void OnHelloError(const protocol::Error& error);
  void OnRequestError(const protocol::Error& error, const Asked& asked);
  void OnLooseError(const protocol::Error& error);

  Room* Find(const std::string& key);
  Room* FindJoined(std::string_view name);
  // Of one of rooms_.
  [[nodiscard]] std::string KeyOf(const Room& room) const;
  // Did not come in: says why, and that is the end where there is no other room to be in.
  void ShutOut(const std::string& key, std::string text, const std::string& why);
  // A host must let this client in.
  void WaitFor(const Asked& asked);
  void TellWhoWaits(Room& room, const std::vector<protocol::WaitingPerson>& people);
  void Begin(Room& room, const protocol::Joined& joined);
  // Does what a room's CatchUp says.
  void Follow(Room& room, const CatchUp::Steps& steps);
  void OnOlder(Room& room, const protocol::HistoryReply& reply);
  void Show(Room& room, const protocol::MessageEvent& message);
  void ShowOld(Room& room, const protocol::MessageEvent& message);
  void Drop(const std::string& key, const std::string& why);
  void RefuseMessage(const protocol::Message& message, const std::string& why);

  Settings settings_;
  Greeting greeting_;
  bool greeted_ = false;
  std::string own_id_, own_name_;
  std::set<std::string> own_ids_;  // of every connection there was: messages from these are one's own

  std::map<std::string, Room> rooms_;  // by key: those to be in
  std::vector<std::string> order_;     // their keys, the current one last; one may wait to be let in
  Unacknowledged unacknowledged_;      // `room` is the key
  std::size_t refused_ = 0;

  std::map<std::string, Asked> asked_;  // by ref
  std::uint64_t last_ref_ = 0;

  std::string outgoing_;
  std::vector<Notice> notices_;
  std::optional<std::chrono::seconds> retry_after_;
  std::optional<std::string> failure_;
};

}  // namespace parley::client
