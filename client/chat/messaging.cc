#include "client/chat/messaging.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "client/chat/mention.h"
#include "common/base/limits.h"
#include "common/base/size_text.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

// The maximum of messages that wait for a connection, or for a server that reads slowly.
constexpr std::size_t kMostWaiting = 1000;

// The bytes of a message besides its text, with the longest id and room name.
constexpr std::size_t kAroundText = 1024;

std::string TextOf(const protocol::MessageEvent& message) {
  if (message.state && message.state->deleted) return "(deleted)";
  if (!message.file) return message.text;
  const std::string file = "[file " + message.file->name + ", " + SizeForPeople(message.file->size) + "]";
  return message.text.empty() ? file : file + " " + message.text;
}

Notice Describe(const Room& room, const protocol::MessageEvent& message, Kind kind) {
  Notice notice{.kind = kind,
                .room = room.name(),
                .who = message.from.name,
                .text = TextOf(message),
                .time = message.time};
  notice.seq = message.seq;
  if (message.reply_to) {
    const KeptMessage* const original = room.kept.Find(*message.reply_to);
    notice.quote = original == nullptr ? "an earlier message" : original->who + ": " + original->excerpt;
  }
  if (message.state) {
    if (message.state->edited && !message.state->deleted) notice.who += " (edited)";
    notice.poll = message.state->poll;
  }
  return notice;
}

}  // namespace

// A text of control characters grows when it is written as JSON; sent like that, it would end the session.
bool IsSendable(std::string_view text) {
  constexpr std::size_t kMostEscaped = 6;  // \u001b
  if (text.size() > limits::kTextBytes) return false;
  if (kMostEscaped * text.size() + kAroundText <= limits::kMessageBytes) return true;
  const protocol::Message message{.room = {}, .text = std::string(text), .id = std::nullopt};
  return protocol::EncodeRequest(message).size() + kAroundText <= limits::kMessageBytes;
}

std::string TooLong() {
  return "it is too long: at most " + std::to_string(limits::kTextBytes / 1024) +
         " KiB; send it as a file with /send";
}

// --- What is said ---

void Messaging::Say(std::string_view text) {
  SayAny({.room = {}, .text = std::string(text), .id = std::nullopt});
}

void Messaging::Reply(protocol::Sequence sequence, std::string_view text) {
  // A server without replies would send it as a message of its own.
  if (state_.greeted && !state_.NeedFeature("edit", "replies")) return;
  protocol::Message message{.room = {}, .text = std::string(text), .id = std::nullopt};
  message.reply_to = sequence;
  SayAny(std::move(message));
}

void Messaging::SayFile(const std::string& key, std::string file) {
  Room* const room = state_.rooms.Find(key);
  if (room == nullptr)
    return state_.Tell(Kind::kProblem, "file not sent: you left the room before the upload ended");
  protocol::Message message{.room = key, .text = {}, .id = std::nullopt};
  message.file = std::move(file);
  const protocol::Message& kept = state_.unacknowledged.Add(std::move(message));
  if (room->joined()) Send(kept);
}

void Messaging::SayAny(protocol::Message message) {
  Room* const room = state_.rooms.current();
  if (room == nullptr) return state_.Tell(Kind::kProblem, "you are not in a room; join one with /join ROOM");
  if (state_.unacknowledged.size() >= kMostWaiting) {
    return state_.Tell(Kind::kProblem, "not sent: too many messages are waiting to be sent; try again later");
  }
  message.room = state_.rooms.order().back();
  if (!IsSendable(message.text)) return state_.RefuseMessage(message, TooLong());
  const protocol::Message& kept = state_.unacknowledged.Add(std::move(message));
  if (room->joined()) Send(kept);
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
                                .from = {state_.own_id, state_.own_name, state_.own_author},
                                .text = message.text,
                                .id = message.id,
                                .reply_to = message.reply_to};
  if (message.file)
    stored.file = std::make_shared<const protocol::File>(protocol::File{*message.file, {}, 0, {}, {}});
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
  room.kept.Saw(joined.last);
  for (const protocol::MessageEvent& message : joined.messages) {
    room.kept.Put(message, state_.IsOwn(message.from));
  }
  const std::size_t shown = std::min(state_.settings.recent, joined.messages.size());
  if (shown > 0) room.oldest_shown = joined.messages[joined.messages.size() - shown].seq;
  for (std::size_t i = joined.messages.size() - shown; i < joined.messages.size(); ++i) {
    state_.notices.push_back(Describe(room, joined.messages[i], Kind::kHistory));
    TellNumberOfPoll(room, joined.messages[i]);
  }
}

void Messaging::Follow(Room& room, const CatchUp::Steps& steps) {
  for (const CatchUp::Step& step : steps) {
    if (const auto* const show = std::get_if<CatchUp::Show>(&step)) {
      Show(room, show->message);
    } else if (const auto* const ask = std::get_if<CatchUp::AskAfter>(&step)) {
      protocol::History history{.room = room.name(), .before = std::nullopt, .after = ask->sequence};
      history.limit = limits::kMaxHistory;
      state_.requests.Ask(history, {.kind = Asked::Kind::kPage, .room = state_.rooms.KeyOf(room)});
    } else if (std::holds_alternative<CatchUp::Gap>(step)) {
      state_.Tell(Kind::kInfo, "some messages said meanwhile are no longer kept", room.name());
    } else {
      room.oldest_shown = 1;  // of the new log, all will be shown
      room.kept.Clear();
    }
  }
}

void Messaging::OnPageRefused(Room& room) {
  Follow(room, room.catch_up.PageFailed());
}

void Messaging::Show(Room& room, const protocol::MessageEvent& message) {
  room.kept.Put(message, state_.IsOwn(message.from));
  const bool poll = message.state && message.state->poll;
  if (state_.own_ids.contains(message.from.id)) {
    // Shown when it was said. That it is in the log is as good as its `ok`.
    if (message.id) state_.unacknowledged.Take(*message.id);
    if (!poll) return;
  }
  if (message.state && message.state->deleted) {
    return state_.Tell(Kind::kPresence, "a message of " + message.from.name + " was deleted", room.name());
  }
  state_.notices.push_back(Describe(room, message, Kind::kMessage));
  state_.notices.back().rings = Mentions(message.text, state_.own_name);
  TellNumberOfPoll(room, message);
}

// Without it, people could not vote.
void Messaging::TellNumberOfPoll(const Room& room, const protocol::MessageEvent& message) {
  if (message.state && message.state->poll) state_.notices.back().number = room.kept.Back(message.seq);
}

void Messaging::ShowOld(Room& room, const protocol::MessageEvent& message) {
  state_.notices.push_back(Describe(room, message, Kind::kHistory));
  state_.notices.back().number = room.kept.Back(message.seq);
}

// --- History ---

void Messaging::ShowOlder(std::size_t count) {
  Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection()) return;
  if (room->kept.newest() == 0) return state_.Tell(Kind::kInfo, "nobody has written here yet", room->name());
  // At the beginning it starts anew: those shown as they came had no numbers.
  if (room->oldest_shown <= 1) room->oldest_shown = room->kept.newest() + 1;
  protocol::History history{.room = room->name(), .before = room->oldest_shown, .after = std::nullopt};
  history.limit = std::min(count, limits::kMaxHistory);
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
  if (reply.messages.empty()) {
    room.oldest_shown = 0;
    return state_.Tell(Kind::kInfo, "there is nothing older; /history again shows the newest", room.name());
  }
  room.oldest_shown = reply.more ? reply.messages.front().seq : 0;
  state_.Tell(Kind::kInfo, "earlier in " + room.name() + ":");
  for (const protocol::MessageEvent& message : reply.messages) {
    room.kept.Put(message, state_.IsOwn(message.from));
    ShowOld(room, message);
  }
  state_.Tell(Kind::kInfo, reply.more ? "(more with /history)" : "(that was the beginning)");
}

// --- Search ---

void Messaging::Search(std::string_view words) {
  const Room* const room = state_.rooms.current();
  if (room == nullptr || !state_.NeedConnection() || !state_.NeedFeature("search", "search")) return;
  protocol::Search search;
  search.room = room->name();
  search.query = std::string(words);
  state_.requests.Ask(search, {.kind = Asked::Kind::kOther, .what = "/search"});
}

void Messaging::On(const protocol::FoundReply& reply) {
  Room* const room = state_.rooms.FindJoined(reply.room);
  if (room == nullptr) return;
  if (reply.messages.empty()) return state_.Tell(Kind::kInfo, "nothing was found", room->name());
  if (reply.more) state_.Tell(Kind::kInfo, "only the newest matches; add words to find fewer:", room->name());
  for (auto message = reply.messages.rbegin(); message != reply.messages.rend(); ++message) {
    ShowOld(*room, *message);
  }
}

}  // namespace parley::client
