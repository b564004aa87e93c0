// A log that takes its time, or fails, as the test says: another one behind a queue. It has more than 25
// functions because it implements all of MessageLog, and tests control it by others.

#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "server/store/memory_log.h"

namespace parley::test {

class SlowLog : public MessageLog {
 public:
  explicit SlowLog(std::size_t kept = 1'000) : SlowLog(std::make_shared<MemoryLog>(kept)) {}
  explicit SlowLog(std::shared_ptr<MessageLog> log) : log_(std::move(log)) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  // At once.
  void Save(RoomSettings settings) override;
  void Evict(const std::string& room_key) override { log_->Evict(room_key); }
  void Touch(std::vector<std::string> keys, WallTime now) override { log_->Touch(std::move(keys), now); }
  void Forget(WallTime unused_since) override { log_->Forget(unused_since); }
  void Note(std::vector<Visit> visits) override;
  std::vector<std::string> TakeGoneFiles() override { return log_->TakeGoneFiles(); }
  void KeepSeen(std::vector<SeenMark> marks) override;
  void Tick(const Now& now) override { log_->Tick(now); }
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override { return log_->NextDeadline(); }
  void Wait() override { Let(); }
  [[nodiscard]] bool NeedsScrub() const override { return needs_scrub_; }
  void Scrub() override { needs_scrub_ = false; }

  // From now on what is asked waits; Let carries all of it out and ends the waiting, LetOne the first.
  void Hold() { holding_ = true; }
  void Let();
  void LetOne();
  // What is asked next fails.
  void FailNext() { fail_next_ = true; }
  // Its files have what was deleted, until they are cleaned.
  void NeedScrub() { needs_scrub_ = true; }
  // Nothing is held back, nothing will fail.
  void Recover();

  // How many entries each batch had that was ever asked for.
  [[nodiscard]] const std::vector<std::size_t>& batches() const { return batches_; }
  // Asked for, and not done yet.
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }
  [[nodiscard]] bool holding() const { return holding_; }

 protected:
  using Wish = std::variant<std::vector<LogEntry>, LogQuery>;
  virtual Done Do(Wish wish);
  virtual Done Fail(Wish wish);

 private:
  struct Job {
    Wish wish;
    bool fails;
  };
  void Ask(Wish wish);

  std::shared_ptr<MessageLog> log_;
  std::deque<Job> jobs_;
  std::deque<Done> done_;
  std::vector<std::size_t> batches_;
  bool holding_ = false;
  bool fail_next_ = false;
  bool needs_scrub_ = false;
};

}  // namespace parley::test
