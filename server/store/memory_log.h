// MemoryLog is the log of `--memory`. It keeps the newest messages of each room, and loses them with the
// process. A room that is dropped from memory loses its messages, too, because they are nowhere else.

#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "server/store/message_log.h"
#include "server/store/stretch.h"

namespace parley {

class MemoryLog : public MessageLog {
 public:
  // `kept`: messages per room.
  explicit MemoryLog(std::size_t kept) : kept_(kept) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  void GiveWay(const std::string& room_key) override { rooms_.erase(room_key); }
  void Touch(std::vector<std::string> /*room_keys*/, WallTime /*now*/) override {}
  void Forget(WallTime /*unused_since*/) override {}
  void Save(RoomSettings /*settings*/) override {}  // the hub has them
  void Note(std::vector<Visit> /*visits*/) override {}
  void Wait() override {}

 private:
  struct RoomLog : Stretch {
    std::deque<std::string> author_ids;  // what makes each message unique; empty without an id
    std::unordered_map<std::string, protocol::Sequence> by_author_id;
  };
  void Store(LogEntry& entry);

  std::size_t kept_;
  std::unordered_map<std::string, RoomLog> rooms_;
  std::deque<Done> done_;
};

}  // namespace parley
