// The newest messages of the rooms in use, which a SqliteLog holds in memory.

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "server/store/sqlite_log.h"

namespace parley {

namespace {

bool ShowsOwn(const protocol::MessageState& state) {
  return (state.poll && state.poll->mine) ||
         std::ranges::any_of(state.reactions, [](const auto& reaction) { return reaction.mine; });
}

// What shows a reader's own votes and reactions is for nobody else.
void HideOwn(protocol::MessageEvent& message) {
  if (!message.state || !ShowsOwn(*message.state)) return;
  protocol::MessageState state = *message.state;
  if (state.poll) state.poll->mine.reset();
  for (protocol::Reaction& reaction : state.reactions) reaction.mine = false;
  message.state = std::make_shared<const protocol::MessageState>(std::move(state));
}

// Whether memory can't say what of it is the reader's own: who voted for what, and who reacted beyond those
// whom the message names.
bool NeedsDisk(const protocol::MessageEvent& message) {
  if (!message.state) return false;
  const protocol::MessageState& state = *message.state;
  return (state.poll && state.poll->voters > 0) ||
         std::ranges::any_of(state.reactions, [](const protocol::Reaction& reaction) {
           return reaction.authors.size() < reaction.count;
         });
}

void ShowOwn(protocol::MessageEvent& message, const std::string& author) {
  if (!message.state || message.state->reactions.empty()) return;
  protocol::MessageState state = *message.state;
  for (protocol::Reaction& reaction : state.reactions) {
    reaction.mine = std::ranges::find(reaction.authors, author) != reaction.authors.end();
  }
  message.state = std::make_shared<const protocol::MessageState>(std::move(state));
}

}  // namespace

// Nothing where that is not all in memory: what changed, and what of it is the reader's own.
std::optional<protocol::Page> SqliteLog::ReadRecent(const LogQuery& query) const {
  const auto found = recent_.find(query.room_key);
  if (found == recent_.end()) return std::nullopt;
  const Recent& room = found->second;
  if (query.changes && query.changes->after < room.rev) return std::nullopt;
  auto page = room.Select(query);
  if (!page || query.reader.empty()) return page;
  if (std::ranges::any_of(page->messages, NeedsDisk)) return std::nullopt;
  if (!author_key_) return page;
  const std::string author = author_key_(query.reader);
  for (protocol::MessageEvent& message : page->messages) ShowOwn(message, author);
  return page;
}

void SqliteLog::Remember(const LogEntry& entry) {
  if (entry.change) return RememberChange(entry);
  const auto found = recent_.find(entry.room_key);
  if (found == recent_.end()) return;  // nobody has come in since the start
  Recent& room = found->second;
  room.messages.push_back(entry.message);
  room.bytes += protocol::EncodedSizeBound(entry.message);
  room.last = entry.message.seq;
  if (room.last > kept_) room.first = std::max(room.first, room.last - kept_ + 1);
  Shorten(room);
}

void SqliteLog::RememberChange(const LogEntry& entry) {
  if (std::holds_alternative<Change::Delete>(entry.change->what)) needs_scrub_ = true;
  const auto found = recent_.find(entry.room_key);
  if (found == recent_.end()) return;
  Recent& room = found->second;
  room.rev = entry.message.state->rev;
  if (entry.message.seq < room.begin() || entry.message.seq > room.last) return;
  protocol::MessageEvent& message = room.messages[static_cast<std::size_t>(entry.message.seq - room.begin())];
  room.bytes -= protocol::EncodedSizeBound(message);
  message.text = entry.message.text;
  message.file = entry.message.file;
  message.state = entry.message.state;
  room.bytes += protocol::EncodedSizeBound(message);
  Shorten(room);
}

void SqliteLog::Remember(const LogQuery& query, const protocol::Page& page) {
  const bool newest = !query.before && !(query.after && page.more) && query.limit > 0;
  const auto found = recent_.find(query.room_key);
  if (!newest || (found != recent_.end() && found->second.messages.size() >= page.messages.size())) return;
  if (recent_.size() >= limits::kRecentRooms) recent_.clear();
  Recent room;
  room.first = page.first;
  room.last = page.last;
  room.rev = page.rev;
  room.messages.assign(page.messages.begin(), page.messages.end());
  for (protocol::MessageEvent& message : room.messages) {
    HideOwn(message);
    room.bytes += protocol::EncodedSizeBound(message);
  }
  Shorten(room);
  recent_[query.room_key] = std::move(room);
}

// No more than one reply can hold, and nothing that the disk does not keep.
void SqliteLog::Shorten(Recent& room) {
  while (!room.messages.empty() && (room.messages.size() > limits::kMaxHistory ||
                                    room.bytes > limits::kReplyMessageBytes || room.begin() < room.first)) {
    room.bytes -= protocol::EncodedSizeBound(room.messages.front());
    room.messages.pop_front();
  }
}

}  // namespace parley
