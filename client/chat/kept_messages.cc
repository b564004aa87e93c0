#include "client/chat/kept_messages.h"

#include <algorithm>
#include <charconv>

#include "common/codec/utf8.h"

namespace parley::client {
namespace {

std::string ExcerptOf(const std::string& text, bool deleted, bool file) {
  if (deleted) return "(deleted)";
  if (text.empty() && file) return "(a file)";
  return Excerpt(text);
}

}  // namespace

std::string Excerpt(std::string_view text, std::size_t bytes) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view cut = CutUtf8(line, bytes);
  return std::string(cut) + (cut.size() < text.size() ? "..." : "");
}

void KeptMessages::Put(const protocol::MessageEvent& message, bool own) {
  Saw(message.seq);
  const protocol::MessageState state = message.state ? *message.state : protocol::MessageState{};
  const auto kept = messages_.find(message.seq);
  if (kept != messages_.end() && kept->second.state.rev > state.rev) return;
  if (messages_.size() >= kMost && kept == messages_.end()) {
    if (message.seq < messages_.begin()->first) return;
    messages_.erase(messages_.begin());
  }
  const bool file = message.file != nullptr;
  messages_.insert_or_assign(message.seq, KeptMessage{.who = message.from.name,
                                                      .excerpt = ExcerptOf(message.text, state.deleted, file),
                                                      .own = own,
                                                      .file = state.deleted ? nullptr : message.file,
                                                      .state = state});
}

std::optional<KeptMessage> KeptMessages::Apply(const protocol::MessageChanged& change) {
  KeptMessage* const kept = Find(change.seq);
  if (kept == nullptr || kept->state.rev >= change.state.rev) return std::nullopt;
  KeptMessage before = *kept;
  kept->excerpt = ExcerptOf(change.text, change.state.deleted, kept->file != nullptr);
  kept->state = change.state;
  // The event leaves out what is the person's own: it is the same for all.
  if (kept->state.poll && !kept->state.poll->mine && before.state.poll) {
    kept->state.poll->mine = before.state.poll->mine;
  }
  for (protocol::Reaction& reaction : kept->state.reactions) {
    const auto& old = before.state.reactions;
    const auto same = std::ranges::find(old, reaction.emoji, &protocol::Reaction::emoji);
    if (same != old.end() && same->mine) reaction.mine = true;
  }
  if (kept->state.deleted) kept->file = nullptr;
  return before;
}

void KeptMessages::Clear() {
  messages_.clear();
  newest_ = 0;
}

KeptMessage* KeptMessages::Find(protocol::Sequence sequence) {
  const auto found = messages_.find(sequence);
  return found == messages_.end() ? nullptr : &found->second;
}

const KeptMessage* KeptMessages::Find(protocol::Sequence sequence) const {
  const auto found = messages_.find(sequence);
  return found == messages_.end() ? nullptr : &found->second;
}

void KeptMessages::Saw(protocol::Sequence sequence) {
  newest_ = std::max(newest_, sequence);
}

template <class Wanted>
std::optional<protocol::Sequence> KeptMessages::Newest(Wanted wanted) const {
  const auto found = std::find_if(messages_.rbegin(), messages_.rend(),
                                  [&](const auto& entry) { return wanted(entry.second); });
  return found == messages_.rend() ? std::nullopt : std::optional(found->first);
}

std::optional<protocol::Sequence> KeptMessages::NewestOwn() const {
  return Newest([](const KeptMessage& message) { return message.own && !message.state.deleted; });
}

std::optional<protocol::Sequence> KeptMessages::NewestOwnText() const {
  return Newest([](const KeptMessage& message) {
    return message.own && !message.state.deleted && !message.state.poll;
  });
}

std::optional<protocol::Sequence> KeptMessages::NewestPoll() const {
  return Newest([](const KeptMessage& message) { return message.state.poll && !message.state.poll->closed; });
}

std::optional<protocol::Sequence> KeptMessages::Resolve(std::string_view number) const {
  const bool own_number = number.starts_with('#');
  if (own_number) number.remove_prefix(1);
  protocol::Sequence value = 0;
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  if (error != std::errc() || stop != end || value == 0 || value > newest_) return std::nullopt;
  return own_number ? value : newest_ - value + 1;
}

std::size_t KeptMessages::Back(protocol::Sequence sequence) const {
  return sequence > newest_ ? 1 : newest_ - sequence + 1;
}

}  // namespace parley::client
