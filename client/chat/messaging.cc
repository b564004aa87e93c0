#include "client/chat/messaging.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "client/chat/mention.h"
#include "common/base/limits.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

// The maximum of messages that wait for a connection, or for a server that reads slowly.
constexpr std::size_t kMostWaiting = 1000;

// The bytes of a message besides its text, with the longest id and room name.
constexpr std::size_t kAroundText = 1024;

}  // namespace

// A text of control characters grows when it is written as JSON; sent like that, it would end the session.
bool IsSendable(std::string_view text) {
  constexpr std::size_t kMostEscaped = 6;  // \u001b
  if (text.size() > limits::kTextBytes) return false;
  if (kMostEscaped * text.size() + kAroundText <= limits::kMessageBytes) return true;
  const protocol::Message message{.room = {}, .text = std::string(text), .id = std::nullopt};
  return protocol::EncodeRequest(message).size() + kAroundText <= limits::kMessageBytes;
}

// --- What is said ---

void Messaging::Say(std::string_view text) {
  Room* const room = state_.rooms.current();
  if (room == nullptr) return state_.Tell(Kind::kProblem, "you are in no room; enter one with /join ROOM");
  if (state_.unacknowledged.size() >= kMostWaiting) {
    return state_.Tell(Kind::kProblem, "not sent: too many messages wait for the server already");
  }
  const std::string& key = state_.rooms.order().back();
  if (!IsSendable(text)) {
    return state_.RefuseMessage({.room = key, .text = std::string(text), .id = std::nullopt},
                                "it is too long");
  }
  const protocol::Message& message = state_.unacknowledged.Add(key, std::string(text));
  if (room->joined()) Send(message);
}

void Messaging::SendTo(const std::string& key) {
  for (const protocol::Message& message : state_.unacknowledged.messages()) {
    if (message.room == key) Send(message);
  }
}

void Messaging::Send(const protocol::Message& message) {
  protocol::Message sent = message;
  sent.room = state_.rooms.Find(message.room)->name();
  state_.requests.Send(sent);
}

void Messaging::OnStored(const protocol::Message& message, const protocol::Ok& ok) {
  Room* const room = state_.rooms.Find(message.room);
  if (room == nullptr || ok.seq == 0) return;
  protocol::MessageEvent stored{.room = ok.room,
                                .seq = ok.seq,
                                .time = ok.time,
                                .from = {state_.own_id, state_.own_name},
                                .text = message.text,
                                .id = message.id};
  Follow(*room, room->catch_up.Live(stored));
}

// --- What others say, and what was missed ---

void Messaging::On(const protocol::MessageEvent& message) {
  Room* const room = state_.rooms.FindJoined(message.room);
  if (room != nullptr) Follow(*room, room->catch_up.Live(message));
}

void Messaging::On(const protocol::WhisperEvent& whisper) {
  state_.notices.push_back({.kind = Kind::kWhisper,
                            .who = whisper.from.name,
                            .text = whisper.text,
                            .time = whisper.time,
                            .rings = true});
}

void Messaging::Begin(Room& room, const protocol::Joined& joined) {
  room.oldest_shown = joined.last + 1;
  const std::size_t shown = std::min(state_.settings.recent, joined.messages.size());
  if (shown > 0) room.oldest_shown = joined.messages[joined.messages.size() - shown].seq;
  for (std::size_t i = joined.messages.size() - shown; i < joined.messages.size(); ++i) {
    ShowOld(room, joined.messages[i]);
  }
}

void Messaging::Follow(Room& room, const CatchUp::Steps& steps) {
  for (const CatchUp::Step& step : steps) {
    if (const auto* const show = std::get_if<CatchUp::Show>(&step)) {
      Show(room, show->message);
    } else if (const auto* const ask = std::get_if<CatchUp::AskAfter>(&step)) {
      protocol::History history{.room = room.name(), .before = std::nullopt, .after = ask->sequence};
      history.limit = limits::kHistoryMost;
      state_.requests.Ask(history, {.kind = Asked::Kind::kPage, .room = state_.rooms.KeyOf(room)});
    } else if (std::holds_alternative<CatchUp::Gap>(step)) {
      state_.Tell(Kind::kInfo, "some messages said meanwhile are no longer kept", room.name());
    } else {
      room.oldest_shown = 1;  // of the new log, all will be shown
    }
  }
}

void Messaging::OnPageRefused(Room& room) {
  Follow(room, room.catch_up.PageFailed());
}

void Messaging::Show(const Room& room, const protocol::MessageEvent& message) {
  if (state_.own_ids.contains(message.from.id)) {
    // Shown when it was said. That it is in the log is as good as its `ok`.
    if (message.id) state_.unacknowledged.Take(*message.id);
    return;
  }
  state_.notices.push_back({.kind = Kind::kMessage,
                            .room = room.name(),
                            .who = message.from.name,
                            .text = message.text,
                            .time = message.time,
                            .rings = Mentions(message.text, state_.own_name)});
}

void Messaging::ShowOld(const Room& room, const protocol::MessageEvent& message) {
  state_.notices.push_back({.kind = Kind::kHistory,
                            .room = room.name(),
                            .who = message.from.name,
                            .text = message.text,
                            .time = message.time});
}

// --- History ---

void Messaging::ShowOlder(std::size_t count) {
  const Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection()) return;
  if (room->oldest_shown <= 1) return state_.Tell(Kind::kInfo, "there is nothing older", room->name());
  protocol::History history{.room = room->name(), .before = room->oldest_shown, .after = std::nullopt};
  history.limit = std::min(count, limits::kHistoryMost);
  state_.requests.Ask(history,
                      {.kind = Asked::Kind::kOlder, .room = state_.rooms.order().back(), .what = "/history"});
}

void Messaging::On(const protocol::HistoryReply& reply, const Asked& asked) {
  Room* const room = state_.rooms.Find(asked.room);
  if (room == nullptr) return;
  if (asked.kind == Asked::Kind::kPage) Follow(*room, room->catch_up.Page(reply));
  if (asked.kind == Asked::Kind::kOlder) OnOlder(*room, reply);
}

void Messaging::OnOlder(Room& room, const protocol::HistoryReply& reply) {
  if (reply.messages.empty()) return state_.Tell(Kind::kInfo, "there is nothing older", room.name());
  room.oldest_shown = reply.messages.front().seq;
  state_.Tell(Kind::kInfo, "earlier in " + room.name() + ":");
  for (const protocol::MessageEvent& message : reply.messages) ShowOld(room, message);
  state_.Tell(Kind::kInfo, reply.more ? "(more with /history)" : "(that was the beginning)");
}

}  // namespace parley::client
