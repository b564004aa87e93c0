// A log that takes its time, or fails, as the test says: a MemoryLog behind a queue.

#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "server/store/memory_log.h"

namespace parley::test {

class SlowLog : public MessageLog {
 public:
  explicit SlowLog(std::size_t kept = 1'000) : log_(kept) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  void Save(RoomSettings /*settings*/) override {}
  void Note(std::vector<Visit> /*visits*/) override {}
  void Wait() override { Let(); }

  // From now on what is asked waits; Let carries all of it out and ends the waiting, LetOne the first.
  void Hold() { holding_ = true; }
  void Let();
  void LetOne();
  // What is asked next fails.
  void FailNext() { fail_next_ = true; }

  // How many entries each batch had that was ever asked for.
  [[nodiscard]] const std::vector<std::size_t>& batches() const { return batches_; }
  // Asked for, and not done yet.
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }

 private:
  struct Job {
    std::variant<std::vector<LogEntry>, LogQuery> what;
    bool fails;
  };
  void Ask(Job job);

  MemoryLog log_;
  std::deque<Job> jobs_;
  std::deque<Done> done_;
  std::vector<std::size_t> batches_;
  bool holding_ = false;
  bool fail_next_ = false;
};

}  // namespace parley::test
