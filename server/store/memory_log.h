// MemoryLog is the log of `--memory`. It keeps the newest messages of each room, and loses them with the
// process. A room that is dropped from memory loses its messages, too, because they are nowhere else. It has
// no journal, and knows of nobody's attendance.

#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/model/retention.h"
#include "server/store/message_log.h"
#include "server/store/search.h"
#include "server/store/stretch.h"

namespace parley {

class MemoryLog : public MessageLog {
 public:
  // `kept`: messages per room.
  explicit MemoryLog(std::size_t kept, Retention retention = {})
      : kept_(kept), retention_(std::move(retention)) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  void Evict(const std::string& room_key) override;
  void Touch(std::vector<std::string> /*room_keys*/, WallTime /*now*/) override {}
  void Forget(WallTime /*unused_since*/) override {}
  void Save(RoomSettings /*settings*/) override {}  // the hub keeps the room
  void Note(std::vector<Visit> /*visits*/) override {}
  void KeepSeen(std::vector<SeenMark> /*marks*/) override {}  // the hub has them
  std::vector<std::string> TakeGoneFiles() override { return std::exchange(gone_files_, {}); }
  void Tick(const Now& now) override;
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override { return expire_at_; }
  [[nodiscard]] bool HasWork() const override { return !searches_.empty(); }
  void Wait() override {}

 private:
  class Row;
  struct Person {
    std::string identity;
    std::string author;  // its author key
  };
  // The people who reacted and voted. A message does not show all of them.
  struct Voices {
    std::vector<std::vector<Person>> reactions;  // of each of the message's reactions, the first one first
    std::map<std::string, std::vector<std::size_t>> votes;  // by identity
  };
  // What is kept of a message besides.
  struct Origin {
    std::string identity;   // of the author
    std::string author_id;  // what makes the message unique; empty without an id
    WallTime changed = {};
  };
  struct RoomLog : Stretch {
    std::deque<Origin> origins;  // of each message
    std::unordered_map<std::string, protocol::Sequence> by_author_id;
    std::map<protocol::Sequence, Voices> voices;
    std::map<protocol::Revision, protocol::Sequence> by_rev;  // messages that changed, by their latest change
  };
  void Store(LogEntry& entry);
  void ApplyChange(RoomLog& room, LogEntry& entry);
  void Trim(RoomLog& room);
  static void SelectChanges(const RoomLog& room, const LogQuery& query, protocol::Page& page);
  // Marks the reader's own votes and reactions.
  static void ShowOwn(const RoomLog& room, const std::string& reader, protocol::Page& page);
  void LetGo(const protocol::MessageEvent& message);
  [[nodiscard]] const RoomLog& RoomOf(const std::string& key) const;
  void Continue(Search& search) const;

  std::size_t kept_;
  Retention retention_;
  std::optional<MonotonicTime> expire_at_;
  std::unordered_map<std::string, RoomLog> rooms_;
  std::deque<Done> done_;
  std::vector<std::string> gone_files_;
  std::deque<Search> searches_;  // under way; a step with each Take, the first one's
};

}  // namespace parley
