// The log of a simulated server: takes its time and fails as the play says, and tells the ledger what it
// stored.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/server/engine/simulation/disk.h"
#include "tests/server/engine/simulation/ledger.h"
#include "tests/support/slow_log.h"

namespace parley::simulation {

class WatchedLog : public test::SlowLog {
 public:
  // Of `disk`, which gave `log`. `delivered` hears of each new entry in the moment in which the server does.
  // `disk` and `ledger` must outlive it.
  WatchedLog(Disk& disk, std::shared_ptr<MessageLog> log, Ledger& ledger,
             std::function<void(const LogEntry&)> delivered)
      : SlowLog(std::move(log)), disk_(&disk), ledger_(&ledger), delivered_(std::move(delivered)) {}

  std::optional<Done> Take() override;
  void Note(std::vector<Visit> visits) override;

 private:
  Done Do(Wish wish) override;
  Done Fail(Wish wish) override;

  Disk* disk_;
  Ledger* ledger_;
  std::function<void(const LogEntry&)> delivered_;
};

}  // namespace parley::simulation
