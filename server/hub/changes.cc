#include "server/hub/changes.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "common/base/limits.h"

namespace parley {

using protocol::Error;

namespace {

template <typename What>
void Submit(RequestContext& context, protocol::Sequence seq, What what) {
  context.Submit(Change{.seq = seq, .leads = context.seat->leads(), .what = std::move(what)});
}

std::string_view WhyBad(const Change& change) {
  if (const auto* edit = std::get_if<Change::Edit>(&change.what)) {
    return edit->text.empty() ? "text: it is empty, and the message has no file"
                              : "seq: a poll can't be edited";
  }
  if (std::holds_alternative<Change::React>(change.what)) {
    return "emoji: the message has the maximum number of different reactions";
  }
  return "choices: the poll does not have these options, or allows one choice only";
}

std::string_view WhyRefused(ErrorCode code, const Change& change) {
  switch (code) {
    case ErrorCode::kNoSuchMessage:
      return "there is no such message, or it was deleted";
    case ErrorCode::kPollClosed:
      return "the poll is closed";
    case ErrorCode::kForbidden:
      return std::holds_alternative<Change::Edit>(change.what)
                 ? "only the author may edit a message"
                 : "only the author, hosts and admins may do that";
    default:
      return WhyBad(change);
  }
}

protocol::Event ReplyTo(const Room& room, const LogEntry& entry, StoreResult result) {
  if (result == StoreResult::kFailed)
    return Error{ErrorCode::kInternal, "the change could not be stored; send it again later"};
  if (result == StoreResult::kRefused) {
    return Error{*entry.refused, std::string(WhyRefused(*entry.refused, *entry.change))};
  }
  const auto& state = entry.message.state;
  return protocol::Ok{room.shown(), entry.message.seq, entry.message.time, state ? state->rev : 0};
}

// What raw peers hear of it; empty: nothing.
std::string Line(const LogEntry& entry) {
  const protocol::MessageEvent& message = entry.message;
  if (std::holds_alternative<Change::Edit>(entry.change->what)) {
    return message.from.name + " (edited): " + message.text + "\n";
  }
  if (!std::holds_alternative<Change::ClosePoll>(entry.change->what)) return {};
  const protocol::Poll& poll = *message.state->poll;
  std::string line = message.from.name + ": " + poll.question + "\n";
  for (std::size_t i = 0; i < poll.options.size(); ++i) {
    line += std::to_string(i + 1) + ") " + poll.options[i] + ": " + std::to_string(poll.counts[i]) + "\n";
  }
  return line;
}

}  // namespace

Answer Changes::Edit(RequestContext& context) {
  auto& edit = context.Get<protocol::Edit>();
  Submit(context, edit.seq, Change::Edit{std::move(edit.text)});
  return std::nullopt;
}

Answer Changes::Delete(RequestContext& context) {
  Submit(context, context.Get<protocol::Delete>().seq, Change::Delete{});
  return std::nullopt;
}

Answer Changes::React(RequestContext& context) {
  auto& reaction = context.Get<protocol::React>();
  Submit(context, reaction.seq, Change::React{std::move(reaction.emoji), reaction.on});
  return std::nullopt;
}

Answer Changes::Vote(RequestContext& context) {
  auto& vote = context.Get<protocol::Vote>();
  Submit(context, vote.seq, Change::Vote{std::move(vote.choices)});
  return std::nullopt;
}

Answer Changes::ClosePoll(RequestContext& context) {
  Submit(context, context.Get<protocol::ClosePoll>().seq, Change::ClosePoll{});
  return std::nullopt;
}

void Changes::Stored(Room& room, const Member* author, LogEntry&& entry, StoreResult result, Outbox& out) {
  if (author != nullptr && !author->raw) {
    out.items.emplace_back(ToPeer{author->peer, ReplyTo(room, entry, result), std::move(entry.origin.ref)});
  }
  if (result != StoreResult::kStored) return;
  if (std::string line = Line(entry); !line.empty()) {
    out.items.emplace_back(RawToRoom{&room, kNoPeer, std::move(line)});
  }
  Hold(room, std::move(entry));
}

void Changes::Hold(Room& room, LogEntry&& entry) {
  HeldChanges& held = room.held;
  const bool prompt = !entry.change->frequent() || room.seats().size() <= limits::kPromptMembers;
  std::erase_if(held.changes, [&](const auto& change) { return change.seq == entry.message.seq; });
  held.changes.push_back({.room = room.shown(),
                          .seq = entry.message.seq,
                          .time = entry.message.time,
                          .text = std::move(entry.message.text),
                          .state = *entry.message.state});
  held.prompt = held.prompt || prompt;
  // Tick decides.
  if (prompt || !held.until) due_.Set(room, held.due, MonotonicTime::min());
}

void Changes::Tell(Room& room, Outbox& out, PeerIndex except) {
  HeldChanges& held = room.held;
  for (protocol::MessageChanged& change : held.changes) {
    out.items.emplace_back(ToRoom{&room, std::move(change), except});
  }
  held.changes.clear();
  held.prompt = false;
  held.until.reset();
  due_.Set(room, held.due, std::nullopt);
}

void Changes::Tick(const Now& now, Outbox& out) {
  while (Room* room = due_.Due(now.monotonic)) {
    HeldChanges& held = room->held;
    if (held.prompt || held.until) {
      Tell(*room, out);
    } else {
      held.until = now.monotonic + limits::kChangesHeld;
      due_.Set(*room, held.due, held.until);
    }
  }
}

}  // namespace parley
