// SqliteLog is the log on disk. What it reports as stored survives kill -9; with Durability::kFull, also a
// power cut.
//
// A thread of its own uses the database. The newest messages of the rooms in use are held in memory, so that
// joining and resuming do not read the disk. The Exchange owns it and calls it on the loop's thread.
//
// It has more than 25 functions and 12 members because it implements all of MessageLog, and keeps what is
// recent and what is under way beside it.

#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/io/waker.h"
#include "server/model/retention.h"
#include "server/store/message_table.h"
#include "server/store/stretch.h"
#include "server/workers/pool.h"

namespace parley {

class SqliteLog : public MessageLog {
 public:
  // Its name in the data folder.
  static constexpr const char* kFile = "messages.db";

  // Fills `rooms` with the saved settings of the rooms that `keys` name. `waker` is woken when something
  // is done and must outlive this object. `author_key` is called by any thread. On failure null, and `error`
  // says what is wrong and what to do.
  static std::unique_ptr<SqliteLog> Open(const std::filesystem::path& file, std::size_t kept,
                                         Durability durability, const Waker& waker,
                                         const std::vector<std::string>& keys,
                                         std::vector<RoomSettings>& rooms, std::string& error,
                                         AuthorKeyOf author_key = {}, Retention retention = {});

  ~SqliteLog() override;

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  void Save(RoomSettings settings) override;
  void Evict(const std::string& room_key) override { recent_.erase(room_key); }
  void Touch(std::vector<std::string> room_keys, WallTime now) override;
  void Forget(WallTime unused_since) override;
  void Note(std::vector<Visit> visits) override;
  [[nodiscard]] bool NeedsScrub() const override { return needs_scrub_; }
  void Scrub() override;
  // The cleaning goes on with what Take gives out.
  [[nodiscard]] bool scrubs() const { return scrubs_; }
  std::vector<std::string> TakeGoneFiles() override { return std::exchange(gone_files_, {}); }
  void KeepSeen(std::vector<SeenMark> marks) override;
  void Tick(const Now& now) override;
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override;
  void Wait() override { pool_->Wait(); }

  // The ids of all files that messages name. To be called before anything is asked. On failure `error` says
  // what is wrong.
  std::set<std::string> NamedFiles(std::string& error);

 private:
  class Task;
  class AppendTask;
  class ReadTask;
  class SaveTask;
  class NoteTask;
  class TouchTask;
  class ForgetTask;
  class SearchTask;
  class AttendanceTask;
  class SeenTask;
  class ExpireTask;
  class ScrubTask;
  struct Recent : Stretch {
    std::size_t bytes = 0;
  };

  SqliteLog(std::unique_ptr<MessageTable> table, std::size_t kept, Retention retention,
            AuthorKeyOf author_key, std::unique_ptr<Pool> pool);
  void Remember(const LogEntry& entry);
  void RememberChange(const LogEntry& entry);
  [[nodiscard]] std::optional<protocol::Page> ReadRecent(const LogQuery& query) const;
  void Remember(const LogQuery& query, const protocol::Page& page);
  void Shorten(Recent& room);
  void BeginLongRead(std::unique_ptr<Task> task);
  void EndLongRead();
  void ExpireIfDue(const Now& now);
  void Tell(const std::string& error);

  std::size_t kept_;
  Retention retention_;
  AuthorKeyOf author_key_;
  std::optional<MonotonicTime> expire_at_;
  bool expiring_ = false;
  std::unordered_map<std::string, Recent> recent_;  // as of what Take gave out
  std::deque<Done> ready_;                          // reads that did not need the disk
  // Searches and the like, one after another; null stands for the one that the worker has.
  std::deque<std::unique_ptr<Task>> long_reads_;
  bool needs_scrub_ = true;  // an earlier server may have been killed before it scrubbed
  bool scrubs_ = false;
  int scrub_steps_ = 0;  // of the cleaning under way, or of the last one
  bool trimmed_ =
      false;  // rooms lost messages beyond those that they keep, and the files may still have them
  std::optional<MonotonicTime> trim_scrub_at_;  // when that is cleaned
  std::vector<std::string> gone_files_;
  bool failing_ = false;                 // the log reported a failure, and has not recovered since
  std::unique_ptr<MessageTable> table_;  // the worker's
  std::unique_ptr<Pool> pool_;
};

}  // namespace parley
