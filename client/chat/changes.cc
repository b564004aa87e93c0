#include "client/chat/changes.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "common/base/limits.h"

namespace parley::client {
namespace {

using Kind = Notice::Kind;

// In a large room votes come many a second: a line about them comes after this time at the earliest.
constexpr std::chrono::seconds kBetweenVotes{5};

// Bytes of the new text in the line about an edit.
constexpr std::size_t kShownOfEdit = 200;

// "message 3 (bob: shall we begin?)".
std::string Name(const Room& room, protocol::Sequence sequence, const KeptMessage* kept) {
  std::string name = "message " + std::to_string(room.kept.Back(sequence));
  if (kept == nullptr) return name;
  return name + " (" + (kept->own ? "yours" : kept->who) + ": " + kept->excerpt + ")";
}

std::string Describe(const std::vector<protocol::Reaction>& reactions) {
  std::string text;
  for (const protocol::Reaction& reaction : reactions) {
    text += (text.empty() ? "" : ", ") + reaction.emoji + " " + std::to_string(reaction.count);
  }
  return text.empty() ? "no reactions" : text;
}

// Authors beyond the first ones are named to nobody, but the server marks a reader's own reactions.
bool IsOwn(const protocol::Reaction& reaction, const std::string& author) {
  const bool named = std::ranges::find(reaction.authors, author) != reaction.authors.end();
  return named || (reaction.mine && reaction.authors.size() < reaction.count);
}

std::string Describe(const protocol::Poll& poll) {
  std::string text;
  for (std::size_t i = 0; i < poll.options.size(); ++i) {
    text += (i == 0 ? "" : ", ") + poll.options[i] + " " + std::to_string(poll.counts[i]);
  }
  return text;
}

}  // namespace

// --- Wishes ---

bool Changes::Can(std::string_view feature, std::string_view name) {
  if (state_.rooms.current() == nullptr || !state_.NeedConnection()) return false;
  return state_.NeedFeature(feature, name);
}

void Changes::Ask(const protocol::Request& request, std::string what) {
  state_.requests.Ask(request, {.kind = Asked::Kind::kOther, .what = std::move(what)});
}

void Changes::Edit(protocol::Sequence sequence, std::string_view text) {
  if (!Can("edit", "editing")) return;
  if (!IsSendable(text)) return state_.Tell(Kind::kProblem, "not changed: " + TooLong());
  Ask(protocol::Edit{state_.rooms.current()->name(), sequence, std::string(text)}, "/edit");
}

void Changes::Delete(protocol::Sequence sequence) {
  if (Can("edit", "deleting")) Ask(protocol::Delete{state_.rooms.current()->name(), sequence}, "/delete");
}

void Changes::React(protocol::Sequence sequence, std::string_view emoji) {
  if (!Can("react", "reactions")) return;
  Room& room = *state_.rooms.current();
  bool on = true;
  if (KeptMessage* const kept = room.kept.Find(sequence)) {
    auto& reactions = kept->state.reactions;
    const auto reaction = std::ranges::find(reactions, emoji, &protocol::Reaction::emoji);
    if (reaction != reactions.end()) {
      on = !IsOwn(*reaction, state_.own_author);
      reaction->mine = on;  // for the next time: events do not say so
    }
  }
  Ask(protocol::React{room.name(), sequence, std::string(emoji), on}, "/react");
}

void Changes::AskAll(std::string_view question, std::vector<std::string> options) {
  if (!Can("poll", "polls")) return;
  protocol::NewPoll poll;
  poll.room = state_.rooms.current()->name();
  poll.question = std::string(question);
  poll.options = options;
  Asked asked{.kind = Asked::Kind::kPoll, .room = state_.rooms.order().back(), .what = "/poll"};
  asked.poll = protocol::Poll{.question = poll.question,
                              .options = std::move(options),
                              .multiple = poll.multiple,
                              .counts = std::vector<std::size_t>(poll.options.size())};
  state_.requests.Ask(poll, std::move(asked));
}

// Checked here, because the error of the server does not tell a deleted poll from another message.
bool Changes::IsPoll(protocol::Sequence sequence, const std::string& what) {
  if (!Can("poll", "polls")) return false;
  const KeptMessage* const kept = state_.rooms.current()->kept.Find(sequence);
  if (kept == nullptr || kept->state.poll || kept->state.deleted) return true;
  state_.Tell(Kind::kProblem, what + ": that message is not a poll");
  return false;
}

void Changes::Vote(protocol::Sequence sequence, std::vector<std::size_t> choices) {
  if (!IsPoll(sequence, "/vote")) return;
  Asked asked{.kind = Asked::Kind::kVote, .room = state_.rooms.order().back(), .what = "/vote"};
  asked.seq = sequence;
  asked.choices = choices;
  const protocol::Vote vote{state_.rooms.current()->name(), sequence, std::move(choices)};
  state_.requests.Ask(vote, std::move(asked));
}

void Changes::Close(protocol::Sequence sequence) {
  if (!IsPoll(sequence, "/close")) return;
  Ask(protocol::ClosePoll{state_.rooms.current()->name(), sequence}, "/close");
}

// --- Replies ---

void Changes::OnVoted(const Asked& asked) {
  Room* const room = state_.rooms.Find(asked.room);
  KeptMessage* const kept = room == nullptr ? nullptr : room->kept.Find(asked.seq);
  if (kept == nullptr || !kept->state.poll) return;
  kept->state.poll->mine = asked.choices;
  kept->votes_shown.reset();  // the event that follows is shown at once
}

void Changes::OnPollStored(const protocol::Ok& ok, const Asked& asked) {
  Room* const room = state_.rooms.Find(asked.room);
  if (room == nullptr || ok.seq == 0 || !asked.poll) return;
  protocol::MessageEvent poll{.room = ok.room,
                              .seq = ok.seq,
                              .time = ok.time,
                              .from = {state_.own_id, state_.own_name, state_.own_author},
                              .text = asked.poll->question,
                              .id = std::nullopt};
  poll.state = std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = asked.poll});
  messaging_.Follow(*room, room->catch_up.Live(poll));
}

// --- Events ---

void Changes::On(const protocol::MessageChanged& change) {
  Room* const room = state_.rooms.FindJoined(change.room);
  if (room == nullptr) return;
  room->revisions.Live(change.state.rev);
  if (!room->catch_up.Change(change)) Show(*room, change);
}

void Changes::On(Room& room, const protocol::Joined& joined) {
  if (joined.changed) Catch(room, *joined.changed);
}

void Changes::On(const protocol::HistoryReply& reply, const Asked& asked) {
  Room* const room = state_.rooms.Find(asked.room);
  if (room == nullptr || !reply.changed) return;
  room->revisions.Page(*reply.changed, reply.more);
  Catch(*room, *reply.changed);
}

void Changes::OnPageRefused(const Asked& asked) {
  if (Room* const room = state_.rooms.Find(asked.room)) room->revisions.PageFailed();
}

void Changes::Catch(Room& room, const std::vector<protocol::MessageChanged>& changes) {
  for (const protocol::MessageChanged& change : changes) {
    if (!room.catch_up.Change(change)) Show(room, change);
  }
  const std::optional<protocol::Revision> after = room.revisions.Ask();
  if (!after) return;
  protocol::History history{.room = room.name(), .before = std::nullopt, .after = std::nullopt};
  history.changed_after = after;
  history.limit = limits::kMaxHistory;
  state_.requests.Ask(history, {.kind = Asked::Kind::kChanges, .room = state_.rooms.KeyOf(room)});
}

void Changes::Show(Room& room, const protocol::MessageChanged& change) {
  const std::optional<KeptMessage> before = room.kept.Apply(change);
  if (!before) return;  // too old to be on the screen, or shown already
  const auto tell = [&](std::string text) {
    state_.Tell(Kind::kPresence, std::move(text), room.name());
    state_.notices.back().time = change.time;
  };
  const protocol::MessageState& after = change.state;
  const std::string name = Name(room, change.seq, &*before);
  if (after.deleted) {
    if (!before->state.deleted) tell(name + " was deleted");
    return;
  }
  if (after.edited != before->state.edited) tell(name + " is now: " + Excerpt(change.text, kShownOfEdit));
  if (after.reactions != before->state.reactions) tell(Describe(after.reactions) + " on " + name);
  if (after.poll) ShowVotes(room, change, *before);
}

void Changes::ShowVotes(Room& room, const protocol::MessageChanged& change, const KeptMessage& before) {
  KeptMessage& kept = *room.kept.Find(change.seq);
  const protocol::Poll& poll = *kept.state.poll;
  const bool closed = poll.closed && !(before.state.poll && before.state.poll->closed);
  const bool own = poll.mine && !before.votes_shown;
  const bool counts = !before.state.poll || before.state.poll->counts != poll.counts;
  if (!closed && !counts) return;
  const bool soon = before.votes_shown && change.time < *before.votes_shown + kBetweenVotes;
  if (!closed && !own && soon) return;
  kept.votes_shown = change.time;
  if (closed || own) {
    const std::string head = closed ? "the poll is closed: " : "you voted: ";
    state_.Tell(Kind::kPresence, head + poll.question, room.name());
    state_.notices.back().poll = poll;
  } else {
    state_.Tell(Kind::kPresence,
                "poll " + std::to_string(room.kept.Back(change.seq)) + " (" + Excerpt(poll.question) +
                    "): " + Describe(poll),
                room.name());
  }
}

}  // namespace parley::client
