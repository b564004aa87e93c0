// What a witness checks of messages, and of what becomes of them.

#include "tests/server/engine/simulation/require.h"
#include "tests/server/engine/simulation/witness.h"

namespace parley::simulation {

// What changed of the messages that it knows. Whoever does not come back to where it left off begins anew.
void Witness::CatchUp(const Expected& asked, const protocol::Joined& joined) {
  Require(joined.changed.has_value() == asked.since_rev.has_value(), "changes are told to who asks for them");
  Replica& replica = memory_->replica(asked.room);
  if (!asked.resumes || !asked.since_rev || joined.gap) {
    replica.Clear();
  } else {
    replica.ForgetAfter(*asked.since);
  }
  for (const auto& message : joined.messages) replica.Put(message.seq, message.text, message.state.get());
  replica.SetRev(joined.rev);
  const Sequence first = ledger_->FirstKept(joined.last);
  if (joined.changed) {
    ledger_->states().CheckListed({.room = asked.room,
                                   .first = first,
                                   .until = *asked.since,
                                   .after = *asked.since_rev,
                                   .as_of = joined.rev},
                                  *joined.changed, joined.changed_more);
    for (const auto& change : *joined.changed) replica.Apply(change);
    if (joined.changed_more) replica.Clear();
  }
  replica.Check(ledger_->states(), asked.room, first);
}

void Witness::Granted(const Expected& asked, const protocol::HistoryReply& history) {
  const auto& messages = history.messages;
  Require(history.changed.has_value() == asked.changed_after.has_value(),
          "changes are told to who asks for them");
  if (const View* view = history.changed ? ViewOf(asked.room) : nullptr) {
    Require(messages.empty() && history.changed->size() <= asked.limit, "history has what was asked for");
    ledger_->states().CheckListed({.room = asked.room,
                                   .first = ledger_->FirstKept(view->last),
                                   .until = view->last,
                                   .after = *asked.changed_after,
                                   .as_of = view->rev},
                                  *history.changed, history.more);
  }
  Require(history.room == asked.room && messages.size() <= asked.limit, "history has what was asked for");
  if (!asked.since || messages.empty()) return;
  const bool begins = messages.front().seq == *asked.since + 1;
  Require(begins || ledger_->forgets(), "paging on leaves no hole");
  if (!begins && *asked.since >= memory_->last(asked.room)) memory_->Skip(asked.room, messages.front().seq);
}

std::size_t Witness::SawStretch(const std::string& room,
                                const std::vector<protocol::MessageEvent>& messages) {
  Sequence previous = 0;
  for (const auto& message : messages) {
    Require(previous == 0 || message.seq == previous + 1, "a stretch of messages has no holes");
    Require(message.room == room, "a stretch of messages is of one room");
    previous = message.seq;
    ledger_->Saw(room, message.seq, message.text);
    memory_->Heard(room, message.seq);
  }
  return previous;
}

void Witness::On(const protocol::MessageChanged& event) {
  ledger_->Saw(event.room, event.seq, event.text);
  View* view = ViewOf(event.room);
  Require(view != nullptr || wild_, "nothing is heard of a room where one is not", event.room);
  if (view == nullptr || wild_) return;
  Require(event.state.rev > view->rev, "changes come in the order of their revisions", event.text);
  Replica& replica = memory_->replica(event.room);
  replica.Apply(event);
  // Of several changes of a message within a turn the last one is told, in its place.
  for (const auto& [rev, seq] : ledger_->states().ChangedBetween(event.room, view->rev, event.state.rev)) {
    const Version* const newest = ledger_->states().Newest(event.room, seq);
    const bool comes = newest == nullptr || newest->state.rev > event.state.rev;
    Require(comes || replica.RevOf(seq) >= rev, "who has a revision has all before it", event.text);
  }
  view->rev = event.state.rev;
  replica.SetRev(view->rev);
}

void Witness::On(const protocol::MessageEvent& event) {
  Require(event.from.id != id_, "a message never comes to its author");
  ledger_->Saw(event.room, event.seq, event.text);
  View* view = ViewOf(event.room);
  Require(view != nullptr || wild_, "nothing is heard of a room where one is not", event.room);
  if (view == nullptr || wild_) return;
  Require(event.seq == view->last + 1, "messages come in order, without holes", event.text);
  view->last = event.seq;
  memory_->Heard(event.room, event.seq);
  memory_->replica(event.room).Put(event.seq, event.text, event.state.get());
}

void Witness::On(const protocol::HistoryReply& event) {
  SawStretch(event.room, event.messages);
  if (wild_) return;
  for (const auto& message : event.messages) {
    memory_->replica(event.room).Put(message.seq, message.text, message.state.get());
  }
}

void Witness::On(const protocol::FoundReply& event) {
  Sequence before = ~Sequence{0};
  for (const protocol::MessageEvent& message : event.messages) {
    Require(message.room == event.room && message.seq < before, "what is found comes newest first");
    before = message.seq;
  }
}

}  // namespace parley::simulation
