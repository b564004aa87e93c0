// What the server says, and what a Session makes of it.

#include <algorithm>
#include <string>
#include <utility>

#include "client/chat/explain.h"
#include "client/chat/session.h"
#include "common/base/limits.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

std::string Describe(const Room& room) {
  std::string text = room.name() + ": " + std::to_string(room.count()) + " here";
  if (room.locked()) text += ", locked";
  if (room.waiting_room()) text += ", with a waiting room";
  if (!room.topic().empty()) text += "; topic: " + room.topic();
  return text;
}

std::string Describe(const protocol::RoomSummary& room) {
  std::string text = room.room + ": " + std::to_string(room.members) + " there";
  if (room.locked) text += ", locked";
  if (!room.topic.empty()) text += "; topic: " + room.topic;
  return text;
}

bool Hosts(protocol::Role role) {
  return role == protocol::Role::kHost || role == protocol::Role::kAdmin;
}

// A guest's name went to somebody whom the server knows.
std::string LostName(const std::string& before, const std::string& now) {
  return "the name '" + before + "' belongs to somebody with a login; you are " + now + " now";
}

std::string DescribeLeaving(const std::string& reason) {
  if (reason == "lost") return " left (connection lost)";
  if (reason == "kicked" || reason == "banned") return " was " + reason;
  return " left";
}

}  // namespace

// --- Hello ---

void Session::On(const protocol::Welcome& welcome, const Ref& ref) {
  TakeAsked(ref);
  const bool returns = greeting_.returning();
  greeting_.Accepted(welcome);
  greeted_ = true;
  if (welcome.name != own_name_) {
    Tell(Kind::kInfo, returns ? LostName(own_name_, welcome.name) : "you are " + welcome.name);
  }
  own_id_ = welcome.id;
  own_name_ = welcome.name;
  own_ids_.insert(welcome.id);
  for (const std::string& key : order_) {
    Ask(rooms_.at(key).JoinRequest(),
        {.kind = Asked::Kind::kJoin, .room = key, .name = rooms_.at(key).name()});
  }
}

void Session::OnHelloError(const protocol::Error& error) {
  const Greeting::Outcome outcome = greeting_.Refused(error);
  if (outcome.kind == Greeting::Outcome::Kind::kFailed) {
    failure_ = outcome.text;
    return;
  }
  if (!outcome.text.empty()) Tell(Kind::kInfo, outcome.text);
  SayHello();
}

// --- Rooms ---

void Session::On(const protocol::Joined& joined, const Ref& ref) {
  const std::optional<Asked> asked = TakeAsked(ref);
  const std::string key = asked ? asked->room : RoomKey(joined.room);
  const auto [found, added] = rooms_.try_emplace(key, joined.room, asked ? asked->password : std::nullopt);
  Room& room = found->second;
  const bool again = room.known();
  const CatchUp::Steps steps = room.Enter(joined);
  if (again) {
    Follow(room, steps);
  } else {
    std::erase(order_, key);
    order_.push_back(key);
    Begin(room, joined);
  }
  TellWhoWaits(room, joined.waiting.value_or(std::vector<protocol::WaitingPerson>()));
  for (const protocol::Message& message : unacknowledged_.messages()) {
    if (message.room == key) Send(message);
  }
}

void Session::Begin(Room& room, const protocol::Joined& joined) {
  Tell(Kind::kInfo, Describe(room));
  if (room.journal()) Tell(Kind::kInfo, "the server keeps a journal of who comes and goes", room.name());
  room.oldest_shown = joined.last + 1;
  const std::size_t shown = std::min(settings_.recent, joined.messages.size());
  if (shown > 0) room.oldest_shown = joined.messages[joined.messages.size() - shown].seq;
  for (std::size_t i = joined.messages.size() - shown; i < joined.messages.size(); ++i) {
    ShowOld(room, joined.messages[i]);
  }
}

void Session::Follow(Room& room, const CatchUp::Steps& steps) {
  for (const CatchUp::Step& step : steps) {
    if (const auto* const show = std::get_if<CatchUp::Show>(&step)) {
      Show(room, show->message);
    } else if (const auto* const ask = std::get_if<CatchUp::AskAfter>(&step)) {
      protocol::History history{.room = room.name(), .before = std::nullopt, .after = ask->sequence};
      history.limit = limits::kHistoryMost;
      Ask(history, {.kind = Asked::Kind::kPage, .room = KeyOf(room)});
    } else if (std::holds_alternative<CatchUp::Gap>(step)) {
      Tell(Kind::kInfo, "some messages said meanwhile are no longer kept", room.name());
    } else {
      room.oldest_shown = 1;  // of the new log, all will be shown
    }
  }
}

void Session::On(const protocol::HistoryReply& reply, const Ref& ref) {
  const std::optional<Asked> asked = TakeAsked(ref);
  Room* const room = asked ? Find(asked->room) : nullptr;
  if (room == nullptr) return;
  if (asked->kind == Asked::Kind::kPage) Follow(*room, room->catch_up.Page(reply));
  if (asked->kind == Asked::Kind::kOlder) OnOlder(*room, reply);
}

void Session::OnOlder(Room& room, const protocol::HistoryReply& reply) {
  if (reply.messages.empty()) return Tell(Kind::kInfo, "there is nothing older", room.name());
  room.oldest_shown = reply.messages.front().seq;
  Tell(Kind::kInfo, "earlier in " + room.name() + ":");
  for (const protocol::MessageEvent& message : reply.messages) ShowOld(room, message);
  Tell(Kind::kInfo, reply.more ? "(more with /history)" : "(that was the beginning)");
}

// --- Messages ---

void Session::On(const protocol::MessageEvent& message, const Ref&) {
  Room* const room = FindJoined(message.room);
  if (room != nullptr) Follow(*room, room->catch_up.Live(message));
}

void Session::Show(Room& room, const protocol::MessageEvent& message) {
  if (own_ids_.contains(message.from.id)) {
    // Shown when it was said. That it is in the log is as good as its `ok`.
    if (message.id) unacknowledged_.Take(*message.id);
    return;
  }
  notices_.push_back({.kind = Kind::kMessage,
                      .room = room.name(),
                      .who = message.from.name,
                      .text = message.text,
                      .time = message.time});
}

void Session::ShowOld(Room& room, const protocol::MessageEvent& message) {
  notices_.push_back({.kind = Kind::kHistory,
                      .room = room.name(),
                      .who = message.from.name,
                      .text = message.text,
                      .time = message.time});
}

void Session::On(const protocol::WhisperEvent& whisper, const Ref&) {
  notices_.push_back(
      {.kind = Kind::kWhisper, .who = whisper.from.name, .text = whisper.text, .time = whisper.time});
}

// --- Replies ---

void Session::On(const protocol::Ok& ok, const Ref& ref) {
  if (const std::optional<Asked> asked = TakeAsked(ref)) {
    Room* const room = asked->kind == Asked::Kind::kLeave ? Find(asked->room) : nullptr;
    if (room == nullptr) return;
    Tell(Kind::kInfo, "you left " + room->name());
    return Drop(asked->room, "you left the room");
  }
  const std::optional<protocol::Message> message = ref ? unacknowledged_.Take(*ref) : std::nullopt;
  Room* const room = message ? Find(message->room) : nullptr;
  if (room == nullptr || ok.seq == 0) return;
  protocol::MessageEvent stored{.room = ok.room,
                                .seq = ok.seq,
                                .time = ok.time,
                                .from = {own_id_, own_name_},
                                .text = message->text,
                                .id = message->id};
  Follow(*room, room->catch_up.Live(std::move(stored)));
}

void Session::On(const protocol::Error& error, const Ref& ref) {
  const std::optional<Asked> asked = TakeAsked(ref);
  const std::optional<protocol::Message> message = ref ? unacknowledged_.Take(*ref) : std::nullopt;
  if (message) {
    RefuseMessage(*message, Explain(error));
  } else if (IsFatal(error.code) || !asked) {
    OnLooseError(error);
  } else if (asked->kind == Asked::Kind::kHello) {
    OnHelloError(error);
  } else {
    OnRequestError(error, *asked);
  }
}

void Session::OnRequestError(const protocol::Error& error, const Asked& asked) {
  if (asked.kind == Asked::Kind::kPing) return;
  if (asked.kind == Asked::Kind::kJoin && error.code == ErrorCode::kWaiting) return WaitFor(asked);
  Room* const room = Find(asked.room);
  if (asked.kind != Asked::Kind::kJoin || room == nullptr || room->joined()) {
    const std::string what = asked.what.empty() ? std::string() : asked.what + ": ";
    Tell(Kind::kProblem, what + Explain(error));
    if (asked.kind == Asked::Kind::kPage && room != nullptr) Follow(*room, room->catch_up.PageFailed());
    return;
  }
  ShutOut(asked.room, "can't enter " + room->name() + ": " + Explain(error), "the room can't be entered");
}

void Session::ShutOut(const std::string& key, std::string text, const std::string& why) {
  if (settings_.only_room) {
    failure_ = std::move(text);
  } else {
    Tell(Kind::kProblem, std::move(text));
  }
  Drop(key, why);
}

void Session::OnLooseError(const protocol::Error& error) {
  const bool comes_back = error.code == ErrorCode::kServerFull || error.code == ErrorCode::kSlowConsumer;
  if (IsFatal(error.code) && !comes_back) {
    failure_ = "the server ended the session: " + Explain(error);
  } else {
    Tell(Kind::kProblem, Explain(error));
  }
}

void Session::On(const protocol::RoomsReply& reply, const Ref& ref) {
  TakeAsked(ref);
  if (reply.rooms.empty()) Tell(Kind::kInfo, "no public rooms found");
  for (const protocol::RoomSummary& room : reply.rooms) Tell(Kind::kInfo, Describe(room));
  if (reply.more) Tell(Kind::kInfo, "there are more rooms; search them with /rooms WORDS");
}

void Session::On(const protocol::BansReply& reply, const Ref& ref) {
  TakeAsked(ref);
  if (reply.bans.empty()) Tell(Kind::kInfo, "no one is banned from " + reply.room);
  for (const protocol::BannedPerson& person : reply.bans) {
    std::string text = person.name + (person.address ? " (and their address)" : "") + ", banned";
    if (!person.by.empty()) text += " by " + person.by;
    Tell(Kind::kInfo, text + ", " + parley::FormatTime(person.time));
  }
}

void Session::On(const protocol::Pong&, const Ref& ref) {
  TakeAsked(ref);
}

// --- Who is there ---

void Session::On(const protocol::MemberJoined& event, const Ref&) {
  Room* const room = FindJoined(event.room);
  if (room == nullptr) return;
  room->Put(event.member, true);
  if (event.member.id != own_id_) Tell(Kind::kPresence, event.member.name + " joined", room->name());
}

void Session::On(const protocol::MemberChanged& event, const Ref&) {
  Room* const room = FindJoined(event.room);
  if (room == nullptr) return;
  const protocol::MemberInfo* const before = room->FindMember(event.member.id);
  const std::string change = before == nullptr ? std::string() : DescribeChange(*before, event.member);
  room->Put(event.member, false);
  if (event.member.id == own_id_ && !Hosts(event.member.role)) room->SetWaiting({});
  if (change.empty()) return;
  Tell(Kind::kPresence, event.member.name + " " + change, room->name());
}

void Session::On(const protocol::MemberLeft& event, const Ref&) {
  Room* const room = FindJoined(event.room);
  if (room == nullptr) return;
  if (event.id != own_id_) {
    room->Remove(event.id);
    return Tell(Kind::kPresence, event.name + DescribeLeaving(event.reason), room->name());
  }
  ShutOut(KeyOf(*room), "you were " + event.reason + " from " + room->name(),
          "you are no longer in the room");
}

void Session::On(const protocol::RoomChanged& event, const Ref&) {
  Room* const room = FindJoined(event.room);
  if (room == nullptr) return;
  room->Apply(event);
  const auto tell = [&](std::string text) { Tell(Kind::kPresence, std::move(text), room->name()); };
  if (event.topic) tell(event.topic->empty() ? "there is no topic now" : "the topic is now: " + *event.topic);
  if (event.locked) tell(*event.locked ? "the room is locked now" : "the room is open now");
  if (event.password)
    tell(*event.password ? "the room wants a password now" : "the room wants no password now");
  if (event.waiting_room)
    tell(*event.waiting_room ? "who comes now waits for a host" : "nobody has to wait for a host any more");
}

// --- The waiting room ---

void Session::WaitFor(const Asked& asked) {
  const auto [found, added] = rooms_.try_emplace(asked.room, asked.name, asked.password);
  if (added) order_.insert(order_.begin(), asked.room);  // what is said goes where it went before
  found->second.Wait();
  // A pipe shows no information, but why nothing happens must be seen.
  Tell(settings_.only_room ? Kind::kProblem : Kind::kInfo,
       "a host must let you into " + found->second.name() + "; waiting");
}

void Session::On(const protocol::Admission& event, const Ref&) {
  // It has the name that was asked for.
  const auto found = std::ranges::find_if(
      rooms_, [&](const auto& entry) { return entry.second.waits() && entry.second.name() == event.room; });
  if (found == rooms_.end()) return;
  const auto& [key, room] = *found;
  if (event.admitted) {
    Ask(room.JoinRequest(), {.kind = Asked::Kind::kJoin, .room = key, .name = room.name()});
  } else {
    ShutOut(std::string(key), "you were not let into " + room.name(), "you were not let in");
  }
}

void Session::On(const protocol::WaitingEvent& event, const Ref&) {
  if (Room* const room = FindJoined(event.room)) TellWhoWaits(*room, event.people);
}

void Session::TellWhoWaits(Room& room, const std::vector<protocol::WaitingPerson>& people) {
  for (const protocol::WaitingPerson& person : room.SetWaiting(people)) {
    Tell(Kind::kPresence, person.name + " waits to be let in: /admit or /refuse", room.name());
  }
}

void Session::On(const protocol::Renamed& event, const Ref&) {
  greeting_.Renamed(event);
  Tell(Kind::kInfo, LostName(own_name_, event.name));
  own_name_ = event.name;
}

void Session::On(const protocol::SignalEvent&, const Ref&) {
}  // media is for other clients

void Session::On(const protocol::Closing& closing, const Ref&) {
  retry_after_ = std::chrono::seconds(std::max(closing.retry_after, 0));
  Tell(Kind::kInfo, "the server closes the connection: " + closing.reason);
}

}  // namespace parley::client
