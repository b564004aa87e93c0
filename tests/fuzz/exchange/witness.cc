#include "tests/fuzz/exchange/witness.h"

#include <algorithm>
#include <cstdlib>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "tests/fuzz/fuzz_input.h"

namespace parley::fuzz {

using protocol::Sequence;

void Record::Saw(const std::string& room, Sequence seq, const std::string& text) {
  Require(seq > 0);
  Require(!failed_.contains(text));
  const auto [found, first] = texts_.try_emplace({room, seq}, text);
  Require(first || found->second == text);
}

// --- Witness ---

void Witness::Hear(std::string_view bytes) {
  line_ += bytes;
  for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n')) {
    HearLine(std::string_view(line_).substr(0, end));
    line_.erase(0, end + 1);
  }
}

void Witness::CheckEnd() const {
  Require(line_.empty());
}

void Witness::HearLine(std::string_view line) {
  Require(!over_);  // a fatal error is the last word
  const auto decoded = protocol::DecodeEvent(line);
  Require(decoded.has_value());
  if (!decoded) return;
  if (decoded->ref && !wild_) Reply(*decoded->ref, decoded->event);
  std::visit([this](const auto& event) { On(event); }, decoded->event);
}

void Witness::Reply(const std::string& ref, const protocol::Event& event) {
  Require(!expected_.empty() && expected_.front().ref == ref);
  const Expected asked = std::move(expected_.front());
  expected_.pop_front();
  if (const auto* error = std::get_if<protocol::Error>(&event)) {
    // With an id the same text may be kept by another try.
    if (asked.kind == Expected::Kind::kMessage && error->code == ErrorCode::kInternal && !asked.has_id) {
      record_->Failed(asked.text);
    }
    return;
  }
  if (asked.kind == Expected::Kind::kLeave) rooms_.erase(asked.room);
  if (asked.kind == Expected::Kind::kJoin) {
    const auto& joined = std::get<protocol::Joined>(event);
    const auto& messages = joined.messages;
    if (!joined.more && !messages.empty()) Require(messages.back().seq == joined.last);
    if (asked.since && !joined.gap && *asked.since < joined.last) {
      Require(!messages.empty() && messages.front().seq == *asked.since + 1);
    }
  }
  const auto* ok = std::get_if<protocol::Ok>(&event);
  if (asked.kind != Expected::Kind::kMessage) return;
  Require(ok != nullptr && ok->room == asked.room);
  record_->Saw(ok->room, ok->seq, asked.text);
  View* view = ViewOf(ok->room);
  if (view == nullptr) return;  // kicked meanwhile
  Require(ok->seq == view->last + 1 || (asked.has_id && ok->seq <= view->last));
  view->last = std::max(view->last, ok->seq);
}

Witness::View* Witness::ViewOf(const std::string& room) {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second;
}

void Witness::On(const protocol::Welcome& event) {
  Require(id_.empty());
  id_ = event.id;
  token_ = event.token;
}

void Witness::On(const protocol::Joined& event) {
  Require(ViewOf(event.room) == nullptr || wild_);
  View& view = rooms_[event.room];
  view = {};
  view.last = event.last;
  for (const auto& member : event.members) Require(view.members.insert(member.id).second);
  Require(view.members.contains(id_) && event.count == view.members.size());
  Sequence previous = 0;
  for (const auto& message : event.messages) {
    Require(previous == 0 || message.seq == previous + 1);
    previous = message.seq;
    record_->Saw(event.room, message.seq, message.text);
  }
  Require(previous <= event.last);
}

void Witness::On(const protocol::MessageEvent& event) {
  Require(event.from.id != id_);
  record_->Saw(event.room, event.seq, event.text);
  View* view = ViewOf(event.room);
  Require(view != nullptr || wild_);
  if (view == nullptr || wild_) return;
  Require(event.seq == view->last + 1);
  view->last = event.seq;
}

void Witness::On(const protocol::HistoryReply& event) {
  Sequence previous = 0;
  for (const auto& message : event.messages) {
    Require(previous == 0 || message.seq == previous + 1);
    previous = message.seq;
    record_->Saw(event.room, message.seq, message.text);
  }
}

void Witness::On(const protocol::WhisperEvent& event) {
  Require(event.to == id_ && event.from.id != id_);
}

void Witness::On(const protocol::SignalEvent& event) {
  const View* view = ViewOf(event.room);
  Require(wild_ || (view != nullptr && view->members.contains(event.from)));
}

void Witness::On(const protocol::MemberJoined& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || view != nullptr);
  if (view == nullptr) return;
  const bool added = view->members.insert(event.member.id).second;
  Require(added != (event.member.id == id_));  // oneself is in the list already
}

void Witness::On(const protocol::MemberChanged& event) {
  const View* view = ViewOf(event.room);
  Require(wild_ || (view != nullptr && view->members.contains(event.member.id)));
}

void Witness::On(const protocol::MemberLeft& event) {
  View* view = ViewOf(event.room);
  Require(wild_ || view != nullptr);
  if (view == nullptr) return;
  Require(view->members.erase(event.id) == 1 || wild_);
  if (event.id == id_) rooms_.erase(event.room);  // thrown out
}

void Witness::On(const protocol::Error& event) {
  over_ = IsFatal(event.code);
}

// --- RawWitness ---

std::string RawWitness::Mark(int peer, int number) {
  return "<" + std::to_string(peer) + ":" + std::to_string(number) + ">";
}

void RawWitness::Hear(std::string_view bytes) {
  unread_ += bytes;
  for (auto end = unread_.find('>'); end != std::string::npos; end = unread_.find('>')) {
    const auto begin = unread_.rfind('<', end);
    Require(begin != std::string::npos);
    const auto colon = unread_.find(':', begin);
    Require(colon < end);
    const int peer = std::atoi(unread_.c_str() + begin + 1);
    const int number = std::atoi(unread_.c_str() + colon + 1);
    Require(peer != self_);
    Require(number > newest_[peer]);
    newest_[peer] = number;
    unread_.erase(0, end + 1);
  }
}

}  // namespace parley::fuzz
