// The log of `--memory`: the newest messages of each room, gone with the process.

#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "server/store/message_log.h"

namespace parley {

class MemoryLog : public MessageLog {
 public:
  // `kept`: messages a room.
  explicit MemoryLog(std::size_t kept) : kept_(kept) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;

 private:
  struct Kept {
    protocol::MessageEvent message;
    std::string
        author_id;  // author's key and the message's own id: what makes it unique; empty without an id
  };
  struct RoomLog {
    std::deque<Kept> messages;  // by seq, without holes
    protocol::Sequence last = 0;
    std::unordered_map<std::string, protocol::Sequence> by_author_id;
  };
  void Store(LogEntry& entry);
  static protocol::Page Select(const RoomLog& room, const LogQuery& query);

  std::size_t kept_;
  std::unordered_map<std::string, RoomLog> rooms_;
  std::deque<Done> done_;
};

}  // namespace parley
