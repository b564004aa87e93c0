#include "server/store/sqlite_log.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "server/store/search.h"

namespace parley {

// Something to do for the worker; on the loop's thread Take finishes it, in the order of the calls.
class SqliteLog::Task : public Pool::Task {
 public:
  explicit Task(MessageTable& table) : table_(table) {}
  void Run() final {
    try {
      Work(table_);
      gone_files = table_.TakeGoneFiles();
    } catch (const SQLite::Exception& wrong) {
      error = Explain(wrong);
    }
  }
  // What to give out, if anything.
  virtual std::optional<Done> Finish(SqliteLog& log) = 0;

  std::string error;                    // empty: it is done
  std::vector<std::string> gone_files;  // whose messages it has removed

 private:
  virtual void Work(MessageTable& table) = 0;

  MessageTable& table_;
};

class SqliteLog::AppendTask : public Task {
 public:
  AppendTask(MessageTable& table, std::vector<LogEntry> entries) : Task(table) {
    done_.entries = std::move(entries);
  }
  std::optional<Done> Finish(SqliteLog& log) override {
    done_.failed = !error.empty();
    if (!done_.failed) {
      log.trimmed_ = log.trimmed_ || trimmed_;
      for (const LogEntry& entry : done_.entries) {
        if (entry.stored()) log.Remember(entry);
      }
    }
    return std::move(done_);
  }

 private:
  void Work(MessageTable& table) override {
    if (!done_.entries.empty()) trimmed_ = table.Append(done_.entries);
  }

  Appended done_;
  bool trimmed_ = false;
};

class SqliteLog::ReadTask : public Task {
 public:
  ReadTask(MessageTable& table, LogQuery query) : Task(table), query_(std::move(query)) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    done_.failed = !error.empty();
    // The room may have been forgotten since it was read last.
    if (query_.with_room) log.recent_.erase(query_.room_key);
    if (!done_.failed) log.Remember(query_, done_.page);
    return std::move(done_);
  }

 private:
  void Work(MessageTable& table) override {
    done_.page = table.Read(query_);
    if (query_.with_room) done_.room = table.ReadRoom(query_.room_key);
    if (!query_.seen_by.empty()) done_.room.seen = table.ReadSeen(query_.room_key, query_.seen_by);
    done_.ticket = query_.ticket;
  }

  LogQuery query_;
  Loaded done_;
};

class SqliteLog::SaveTask : public Task {
 public:
  SaveTask(MessageTable& table, RoomSettings settings) : Task(table), settings_(std::move(settings)) {}
  std::optional<Done> Finish(SqliteLog& /*log*/) override { return std::nullopt; }

 private:
  void Work(MessageTable& table) override { table.Save(std::move(settings_)); }

  RoomSettings settings_;
};

class SqliteLog::NoteTask : public Task {
 public:
  NoteTask(MessageTable& table, std::vector<Visit> visits) : Task(table), visits_(std::move(visits)) {}
  std::optional<Done> Finish(SqliteLog& /*log*/) override { return std::nullopt; }

 private:
  void Work(MessageTable& table) override { table.Note(std::move(visits_)); }

  std::vector<Visit> visits_;
};

class SqliteLog::TouchTask : public Task {
 public:
  TouchTask(MessageTable& table, std::vector<std::string> keys, WallTime now)
      : Task(table), keys_(std::move(keys)), now_(now) {}
  std::optional<Done> Finish(SqliteLog& /*log*/) override { return std::nullopt; }

 private:
  void Work(MessageTable& table) override { table.Touch(keys_, now_); }

  std::vector<std::string> keys_;
  WallTime now_;
};

// One piece; what is left is another task, behind what was asked for meanwhile.
class SqliteLog::ForgetTask : public Task {
 public:
  ForgetTask(MessageTable& table, WallTime unused_since) : Task(table), unused_since_(unused_since) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    if (!more_) return std::nullopt;
    log.needs_scrub_ = true;
    log.Forget(unused_since_);
    return std::nullopt;
  }

 private:
  void Work(MessageTable& table) override { more_ = table.Forget(unused_since_); }

  WallTime unused_since_;
  bool more_ = false;
};

// Steps of a search, until something else is asked for. What is left is another task, behind that.
class SqliteLog::SearchTask : public Task {
 public:
  SearchTask(MessageTable& table, Pool& pool, std::unique_ptr<Search> search)
      : Task(table), pool_(pool), search_(std::move(search)) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    if (error.empty() && !search_->done()) {
      log.pool_->Give(std::make_unique<SearchTask>(*log.table_, *log.pool_, std::move(search_)));
      return std::nullopt;
    }
    log.EndLongRead();
    return Loaded{.page = search_->TakePage(), .failed = !error.empty(), .ticket = search_->query().ticket};
  }

 private:
  void Work(MessageTable& table) override {
    do {
      table.Continue(*search_);
    } while (!search_->done() && !pool_.ShouldMakeWay());
  }

  Pool& pool_;
  std::unique_ptr<Search> search_;
};

// One step, as with SearchTask.
class SqliteLog::AttendanceTask : public Task {
 public:
  AttendanceTask(MessageTable& table, std::unique_ptr<AttendanceRead> read)
      : Task(table), read_(std::move(read)) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    if (error.empty() && !read_->done()) {
      log.pool_->Give(std::make_unique<AttendanceTask>(*log.table_, std::move(read_)));
      return std::nullopt;
    }
    log.EndLongRead();
    return Loaded{.page = {.messages = {}, .attendance = read_->Reply()},
                  .failed = !error.empty(),
                  .ticket = read_->query().ticket};
  }

 private:
  void Work(MessageTable& table) override { table.Continue(*read_); }

  std::unique_ptr<AttendanceRead> read_;
};

class SqliteLog::SeenTask : public Task {
 public:
  SeenTask(MessageTable& table, std::vector<SeenMark> marks) : Task(table), marks_(std::move(marks)) {}
  std::optional<Done> Finish(SqliteLog& /*log*/) override { return std::nullopt; }

 private:
  void Work(MessageTable& table) override { table.KeepSeen(std::move(marks_)); }

  std::vector<SeenMark> marks_;
};

// One piece; what is left is another task, as with ForgetTask.
class SqliteLog::ExpireTask : public Task {
 public:
  ExpireTask(MessageTable& table, Retention retention, WallTime now, MessageTable::Expiry expiry = {})
      : Task(table), retention_(std::move(retention)), now_(now), expiry_(std::move(expiry)) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    log.expiring_ = false;
    if (!error.empty()) return std::nullopt;
    for (const auto& [key, first] : std::exchange(expiry_.rooms, {})) {
      log.needs_scrub_ = true;
      const auto recent = log.recent_.find(key);
      if (recent == log.recent_.end()) continue;
      recent->second.first = std::max(recent->second.first, first);
      log.Shorten(recent->second);
    }
    if (expiry_.more) {
      log.expiring_ = true;
      log.pool_->Give(
          std::make_unique<ExpireTask>(*log.table_, std::move(retention_), now_, std::move(expiry_)));
    }
    return std::nullopt;
  }

 private:
  void Work(MessageTable& table) override { table.Expire(retention_, now_, expiry_); }

  Retention retention_;
  WallTime now_;
  MessageTable::Expiry expiry_;
};

// One step; the next one is another task, behind what was asked for meanwhile.
class SqliteLog::ScrubTask : public Task {
 public:
  explicit ScrubTask(MessageTable& table) : Task(table) {}
  std::optional<Done> Finish(SqliteLog& log) override {
    ++log.scrub_steps_;
    log.scrubs_ = progress_ == Scrubber::Progress::kGoesOn;
    if (log.scrubs_) log.pool_->Give(std::make_unique<ScrubTask>(*log.table_));
    if (progress_ == Scrubber::Progress::kBusy) log.needs_scrub_ = true;
    return std::nullopt;
  }

 private:
  void Work(MessageTable& table) override { progress_ = table.Scrub(); }

  Scrubber::Progress progress_ = Scrubber::Progress::kBusy;
};

std::unique_ptr<SqliteLog> SqliteLog::Open(const std::filesystem::path& file, std::size_t kept,
                                           Durability durability, const Waker& waker,
                                           const std::vector<std::string>& keys,
                                           std::vector<RoomSettings>& rooms, std::string& error,
                                           AuthorKeyOf author_key, Retention retention) {
  auto table = MessageTable::Open(file, kept, durability, author_key, error);
  if (!table) return nullptr;
  try {
    for (const std::string& key : keys) {
      if (auto settings = table->ReadRoom(key).settings) rooms.push_back(std::move(*settings));
    }
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return nullptr;
  }
  std::error_code no_thread;
  auto pool = Pool::Open(1, waker, no_thread);
  if (!pool) {
    error = "cannot start a thread for it: " + no_thread.message();
    return nullptr;
  }
  return std::unique_ptr<SqliteLog>(
      new SqliteLog(std::move(table), kept, std::move(retention), std::move(author_key), std::move(pool)));
}

SqliteLog::SqliteLog(std::unique_ptr<MessageTable> table, std::size_t kept, Retention retention,
                     AuthorKeyOf author_key, std::unique_ptr<Pool> pool)
    : kept_(kept),
      retention_(std::move(retention)),
      author_key_(std::move(author_key)),
      table_(std::move(table)),
      pool_(std::move(pool)) {
}

SqliteLog::~SqliteLog() = default;

std::set<std::string> SqliteLog::NamedFiles(std::string& error) try {
  return table_->NamedFiles();
} catch (const SQLite::Exception& wrong) {
  error = Explain(wrong);
  return {};
}

void SqliteLog::Append(std::vector<LogEntry> entries) {
  pool_->Give(std::make_unique<AppendTask>(*table_, std::move(entries)));
}

void SqliteLog::Read(LogQuery query) {
  if (!query.words.empty()) {
    auto search = std::make_unique<Search>(std::move(query));
    return BeginLongRead(std::make_unique<SearchTask>(*table_, *pool_, std::move(search)));
  }
  if (query.attendance) {
    auto read = std::make_unique<AttendanceRead>(std::move(query));
    return BeginLongRead(std::make_unique<AttendanceTask>(*table_, std::move(read)));
  }
  // Answers keep their order: what could be answered at once waits behind what is under way.
  if (pool_->size() == 0 && !query.with_room && query.seen_by.empty()) {
    if (auto page = ReadRecent(query)) {
      ready_.emplace_back(Loaded{.page = std::move(*page), .ticket = query.ticket});
      return;
    }
  }
  pool_->Give(std::make_unique<ReadTask>(*table_, std::move(query)));
}

// One at a time: a message waits for one step at most, however many people search.
void SqliteLog::BeginLongRead(std::unique_ptr<Task> task) {
  long_reads_.push_back(std::move(task));
  if (long_reads_.size() == 1) pool_->Give(std::move(long_reads_.front()));
}

void SqliteLog::EndLongRead() {
  long_reads_.pop_front();
  if (!long_reads_.empty()) pool_->Give(std::move(long_reads_.front()));
}

void SqliteLog::KeepSeen(std::vector<SeenMark> marks) {
  pool_->Give(std::make_unique<SeenTask>(*table_, std::move(marks)));
}

void SqliteLog::Scrub() {
  if (scrubs_) return;  // what was deleted meanwhile is for the next time
  needs_scrub_ = trimmed_ = false;
  trim_scrub_at_.reset();
  scrub_steps_ = 0;
  scrubs_ = true;
  pool_->Give(std::make_unique<ScrubTask>(*table_));
}

void SqliteLog::Save(RoomSettings settings) {
  pool_->Give(std::make_unique<SaveTask>(*table_, std::move(settings)));
}

void SqliteLog::Note(std::vector<Visit> visits) {
  pool_->Give(std::make_unique<NoteTask>(*table_, std::move(visits)));
}

void SqliteLog::Touch(std::vector<std::string> room_keys, WallTime now) {
  // In pieces: a message waits for one of them at most. At least one piece: that no room is in use counts,
  // too.
  std::size_t begin = 0;
  do {
    const auto from = room_keys.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::size_t size = std::min(limits::kTouchedAtOnce, room_keys.size() - begin);
    pool_->Give(std::make_unique<TouchTask>(
        *table_, std::vector<std::string>(from, from + static_cast<std::ptrdiff_t>(size)), now));
    begin += size;
  } while (begin < room_keys.size());
}

void SqliteLog::Forget(WallTime unused_since) {
  pool_->Give(std::make_unique<ForgetTask>(*table_, unused_since));
}

void SqliteLog::ExpireIfDue(const Now& now) {
  const auto period = retention_.Period();
  if (!period || expiring_ || (expire_at_ && now.monotonic < *expire_at_)) return;
  expire_at_ = now.monotonic + *period;
  expiring_ = true;
  pool_->Give(std::make_unique<ExpireTask>(*table_, retention_, now.wall));
}

std::optional<MessageLog::Done> SqliteLog::Take() {
  if (!ready_.empty()) {
    Done done = std::move(ready_.front());
    ready_.pop_front();
    return done;
  }
  while (const std::unique_ptr<Pool::Task> taken = pool_->Take()) {
    auto& task = static_cast<Task&>(*taken);
    Tell(task.error);
    std::ranges::move(task.gone_files, std::back_inserter(gone_files_));
    if (auto done = task.Finish(*this)) return done;
  }
  return std::nullopt;
}

// Once when it begins, and once when it is over: every message would say the same.
void SqliteLog::Tell(const std::string& error) {
  if (!error.empty() && !std::exchange(failing_, true)) {
    spdlog::error("messages can't be stored or read: {}; their authors are told", error);
  } else if (error.empty() && std::exchange(failing_, false)) {
    spdlog::info("messages can be stored again");
  }
}

}  // namespace parley
