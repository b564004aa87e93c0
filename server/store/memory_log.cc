#include "server/store/memory_log.h"

#include <utility>

namespace parley {
namespace {

std::string AuthorId(const std::string& author_key, const std::string& id) {
  return author_key + '\0' + id;
}

}  // namespace

void MemoryLog::Append(std::vector<LogEntry> entries) {
  for (LogEntry& entry : entries) Store(entry);
  done_.emplace_back(Appended{.entries = std::move(entries)});
}

void MemoryLog::Store(LogEntry& entry) {
  RoomLog& room = rooms_[entry.room_key];
  std::string author_id;
  if (entry.message.id) {
    author_id = AuthorId(entry.author_key, *entry.message.id);
    const auto [found, added] = room.by_author_id.try_emplace(author_id, room.last + 1);
    if (!added) {
      entry.message.seq = found->second;
      entry.message.time = room.at(found->second).time;
      entry.duplicate = true;
      return;
    }
  }
  entry.message.seq = ++room.last;
  room.messages.push_back(entry.message);
  room.author_ids.push_back(std::move(author_id));
  if (room.messages.size() > kept_) {
    room.by_author_id.erase(room.author_ids.front());
    room.author_ids.pop_front();
    room.messages.pop_front();
  }
  room.first = room.begin();
}

void MemoryLog::Read(LogQuery query) {
  static const RoomLog empty;
  const auto found = rooms_.find(query.room_key);
  const RoomLog& room = found == rooms_.end() ? empty : found->second;
  done_.emplace_back(Loaded{.page = *room.Select(query),  // all that is kept is here
                            .room = {.exists = found != rooms_.end(), .settings = {}}});
}

std::optional<MessageLog::Done> MemoryLog::Take() {
  if (done_.empty()) return std::nullopt;
  Done done = std::move(done_.front());
  done_.pop_front();
  return done;
}

}  // namespace parley
