#include "server/store/memory_log.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"

namespace parley {

using protocol::Sequence;

void MemoryLog::Append(std::vector<LogEntry> entries) {
  for (LogEntry& entry : entries) Store(entry);
  done_.emplace_back(Appended{.entries = std::move(entries)});
}

void MemoryLog::Store(LogEntry& entry) {
  RoomLog& room = rooms_[entry.room_key];
  std::string author_id;
  if (entry.message.id) {
    author_id = entry.author_key + '\0' + *entry.message.id;
    const auto [found, added] = room.by_author_id.try_emplace(author_id, room.last + 1);
    if (!added) {
      const auto& first =
          room.messages[static_cast<std::size_t>(found->second - (room.last + 1 - room.messages.size()))];
      entry.message.seq = found->second;
      entry.message.time = first.message.time;
      entry.duplicate = true;
      return;
    }
  }
  entry.message.seq = ++room.last;
  room.messages.push_back({entry.message, std::move(author_id)});
  if (room.messages.size() > kept_) {
    room.by_author_id.erase(room.messages.front().author_id);
    room.messages.pop_front();
  }
}

void MemoryLog::Read(LogQuery query) {
  static const RoomLog empty;
  const auto found = rooms_.find(query.room_key);
  done_.emplace_back(Loaded{.page = Select(found == rooms_.end() ? empty : found->second, query)});
}

protocol::Page MemoryLog::Select(const RoomLog& room, const LogQuery& query) {
  protocol::Page page;
  page.last = room.last;
  page.first = room.last + 1 - room.messages.size();
  const auto at = [&](Sequence seq) -> const protocol::MessageEvent& {
    return room.messages[static_cast<std::size_t>(seq - page.first)].message;
  };
  std::size_t bytes = 0;
  const auto take = [&](Sequence seq) {
    if (page.messages.size() == query.limit) return false;
    bytes += protocol::EncodedSizeBound(at(seq));
    if (bytes > limits::kReplyMessageBytes && !page.messages.empty()) return false;
    page.messages.push_back(at(seq));
    return true;
  };
  if (query.after) {
    Sequence next = std::max(std::min(*query.after, page.last) + 1, page.first);
    while (next <= page.last && take(next)) ++next;
    page.more = next <= page.last;
  } else {
    Sequence next =
        query.before ? std::min(*query.before, page.last + 1) : page.last + 1;  // the one after it
    while (next > page.first && take(next - 1)) --next;
    page.more = next > page.first;
    std::ranges::reverse(page.messages);
  }
  return page;
}

std::optional<MessageLog::Done> MemoryLog::Take() {
  if (done_.empty()) return std::nullopt;
  Done done = std::move(done_.front());
  done_.pop_front();
  return done;
}

}  // namespace parley
