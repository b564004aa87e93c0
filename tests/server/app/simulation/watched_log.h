// The log of a simulated server: takes its time, fails or survives a crash as the play says, and tells the
// ledger what it stored.

#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/store/message_log.h"
#include "tests/server/app/simulation/ledger.h"

namespace parley::simulation {

// What outlives the process.
struct Disk {
  std::unique_ptr<MessageLog> log;
  std::map<std::string, RoomSettings> rooms;  // by key
};

class WatchedLog : public MessageLog {
 public:
  // `delivered` hears of each new entry in the moment in which the server does. `disk` and `ledger` must
  // outlive it.
  WatchedLog(Disk& disk, Ledger& ledger, std::function<void(const LogEntry&)> delivered)
      : disk_(&disk), ledger_(&ledger), delivered_(std::move(delivered)) {}

  void Append(std::vector<LogEntry> entries) override;
  void Read(LogQuery query) override;
  std::optional<Done> Take() override;
  void Save(RoomSettings settings) override;
  void Note(std::vector<Visit> visits) override;
  void Wait() override { Let(); }

  // From now on what is asked waits; Let carries all of it out and ends the waiting, LetOne the first.
  void Hold() { holding_ = true; }
  void Let();
  void LetOne();
  // What is asked next fails.
  void FailNext() { fail_next_ = true; }
  // Nothing is held back, nothing will fail.
  void Recover();
  [[nodiscard]] bool holding() const { return holding_; }
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }

 private:
  struct Job {
    std::variant<std::vector<LogEntry>, LogQuery> what;
    bool fails;
  };
  void Ask(Job job);

  Disk* disk_;
  Ledger* ledger_;
  std::function<void(const LogEntry&)> delivered_;
  std::deque<Job> jobs_;
  std::deque<Done> done_;
  bool holding_ = false;
  bool fail_next_ = false;
};

}  // namespace parley::simulation
