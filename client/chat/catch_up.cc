#include "client/chat/catch_up.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace parley::client {

std::optional<protocol::Sequence> CatchUp::since() const {
  return known_ ? std::optional(shown_) : std::nullopt;
}

CatchUp::Steps CatchUp::Joined(const protocol::Joined& joined) {
  Steps steps;
  Lost();
  joined_ = true;
  if (std::exchange(known_, true)) {
    Resume(steps, joined);
  } else {
    for (const protocol::MessageEvent& message : joined.messages) ShowNext(steps, message);
    shown_ = newest_ = std::max(shown_, joined.last);
  }
  return steps;
}

void CatchUp::Resume(Steps& steps, const protocol::Joined& joined) {
  const bool restarted = joined.last < newest_;
  newest_ = joined.last;
  if (restarted) {
    // The server lost its log. All that is in the new one was said since: it is read from its beginning.
    shown_ = 0;
    steps.emplace_back(Restarted{});
    return AskForMissing(steps);
  }
  const bool jumps = !joined.messages.empty() && joined.messages.front().seq > shown_ + 1;
  if (joined.gap && !jumps) steps.emplace_back(Gap{});
  TakeRun(steps, joined.messages);
  if (!joined.more) shown_ = std::max(shown_, joined.last);
  AskForMissing(steps);
}

CatchUp::Steps CatchUp::Live(const protocol::MessageEvent& message) {
  Steps steps;
  if (!joined_ || message.seq <= shown_) return steps;
  newest_ = std::max(newest_, message.seq);
  if (message.seq == shown_ + 1) {
    ShowNext(steps, message);
    ShowHeld(steps);
  } else if (held_.size() < kMaxHeld) {
    held_.try_emplace(message.seq, message);
  }
  AskForMissing(steps);
  return steps;
}

CatchUp::Steps CatchUp::Page(const protocol::HistoryReply& page) {
  Steps steps;
  const std::optional<protocol::Sequence> up_to = std::exchange(asked_up_to_, std::nullopt);
  if (!up_to) return steps;
  const protocol::Sequence before = shown_;
  TakeRun(steps, page.messages);
  // The server read this page after it announced `up_to`. So it no longer keeps what is missing up to there.
  if (!page.more || shown_ == before) GiveUpTo(steps, *up_to);
  AskForMissing(steps);
  return steps;
}

CatchUp::Steps CatchUp::PageFailed() {
  return Page({});
}

bool CatchUp::Change(const protocol::MessageChanged& change) {
  const auto found = held_.find(change.seq);
  if (found == held_.end()) return false;
  protocol::MessageEvent& message = found->second;
  if (message.state && message.state->rev >= change.state.rev) return true;
  message.text = change.text;
  message.state = std::make_shared<const protocol::MessageState>(change.state);
  if (change.state.deleted) message.file = nullptr;
  return true;
}

void CatchUp::Lost() {
  joined_ = false;
  held_.clear();
  asked_up_to_.reset();
}

void CatchUp::TakeRun(Steps& steps, const std::vector<protocol::MessageEvent>& messages) {
  for (const protocol::MessageEvent& message : messages) {
    newest_ = std::max(newest_, message.seq);
    if (message.seq <= shown_) continue;
    GiveUpTo(steps, message.seq - 1);
    if (message.seq > shown_) ShowNext(steps, message);
  }
  ShowHeld(steps);
}

void CatchUp::ShowNext(Steps& steps, const protocol::MessageEvent& message) {
  shown_ = message.seq;
  steps.emplace_back(Show{message});
}

void CatchUp::ShowHeld(Steps& steps) {
  while (!held_.empty() && held_.begin()->first <= shown_ + 1) {
    const auto node = held_.extract(held_.begin());
    if (node.key() > shown_) ShowNext(steps, node.mapped());
  }
}

void CatchUp::GiveUpTo(Steps& steps, protocol::Sequence sequence) {
  while (shown_ < sequence) {
    steps.emplace_back(Gap{});
    const bool held = !held_.empty() && held_.begin()->first <= sequence;
    shown_ = held ? held_.begin()->first - 1 : sequence;
    ShowHeld(steps);
  }
}

void CatchUp::AskForMissing(Steps& steps) {
  if (asked_up_to_ || shown_ >= newest_) return;
  asked_up_to_ = newest_;
  steps.emplace_back(AskAfter{shown_});
}

}  // namespace parley::client
