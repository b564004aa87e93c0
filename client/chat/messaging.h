// Messaging is the part of a Session that sends and shows messages: the person's own, those of others, older
// ones, and those that were missed without a connection. Owned by the Session, whose state must outlive it.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

// Whether a text can be a message at all: it may be too long, as it is or as JSON.
bool IsSendable(std::string_view text);

// Says why a text cannot be sent.
std::string TooLong();

class Messaging {
 public:
  explicit Messaging(SessionState& state) : state_(state) {}

  // See Session.
  void Say(std::string_view text);
  void Reply(protocol::Sequence sequence, std::string_view text);
  // A message with a file that was uploaded to this room, which `key` names.
  void SayFile(const std::string& key, std::string file);
  void Search(std::string_view words);
  void ShowOlder(std::size_t count);

  // The room was joined for the first time: shows its newest messages.
  void Begin(Room& room, const protocol::Joined& joined);
  // Does what a room's CatchUp says.
  void Follow(Room& room, const CatchUp::Steps& steps);
  // Sends what has no `ok` yet.
  void SendTo(const std::string& key);

  void On(const protocol::MessageEvent& message);
  void On(const protocol::WhisperEvent& whisper);
  void On(const protocol::HistoryReply& reply, const Asked& asked);
  void On(const protocol::FoundReply& reply);
  // `message` was one's own, and is in the log now.
  void OnStored(const protocol::Message& message, const protocol::Ok& ok);
  // The server refused a page that a CatchUp had asked for.
  void OnPageRefused(Room& room);

 private:
  void SayAny(protocol::Message message);
  void Send(const protocol::Message& message);
  void Show(Room& room, const protocol::MessageEvent& message);
  void TellNumberOfPoll(const Room& room, const protocol::MessageEvent& message);
  void ShowOld(Room& room, const protocol::MessageEvent& message);
  void OnOlder(Room& room, const protocol::HistoryReply& reply);

  SessionState& state_;
};

}  // namespace parley::client
