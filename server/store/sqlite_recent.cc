// The newest messages of the rooms in use, which a SqliteLog holds in memory.

#include <algorithm>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "server/store/sqlite_log.h"

namespace parley {

// Nothing where that is not all in memory: what changed, and who voted for what, is only on the disk.
std::optional<protocol::Page> SqliteLog::ReadRecent(const LogQuery& query) const {
  const auto found = recent_.find(query.room_key);
  if (found == recent_.end()) return std::nullopt;
  const Recent& room = found->second;
  if (query.changes && query.changes->after < room.rev) return std::nullopt;
  auto page = room.Select(query);
  const auto has_votes = [](const protocol::MessageEvent& message) {
    return message.state && message.state->poll && message.state->poll->voters > 0;
  };
  if (page && !query.reader.empty() && std::ranges::any_of(page->messages, has_votes)) return std::nullopt;
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
  // What shows a reader's own votes is for nobody else.
  const auto shows_votes = [](const protocol::MessageEvent& message) {
    return message.state && message.state->poll && message.state->poll->mine;
  };
  const bool newest = !query.before && !(query.after && page.more) && query.limit > 0 &&
                      std::ranges::none_of(page.messages, shows_votes);
  const auto found = recent_.find(query.room_key);
  if (!newest || (found != recent_.end() && found->second.messages.size() >= page.messages.size())) return;
  if (recent_.size() >= limits::kRecentRooms) recent_.clear();
  Recent room;
  room.first = page.first;
  room.last = page.last;
  room.rev = page.rev;
  room.messages.assign(page.messages.begin(), page.messages.end());
  for (const protocol::MessageEvent& message : room.messages) {
    room.bytes += protocol::EncodedSizeBound(message);
  }
  Shorten(room);
  recent_[query.room_key] = std::move(room);
}

// No more than one reply can hold, and nothing that the disk does not keep.
void SqliteLog::Shorten(Recent& room) {
  while (!room.messages.empty() && (room.messages.size() > limits::kHistoryMost ||
                                    room.bytes > limits::kReplyMessageBytes || room.begin() < room.first)) {
    room.bytes -= protocol::EncodedSizeBound(room.messages.front());
    room.messages.pop_front();
  }
}

}  // namespace parley
