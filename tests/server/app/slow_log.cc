#include "tests/server/app/slow_log.h"

#include <utility>

namespace parley::test {

void SlowLog::Append(std::vector<LogEntry> entries) {
  batches_.push_back(entries.size());
  Ask({std::move(entries), std::exchange(fail_next_, false)});
}

void SlowLog::Read(LogQuery query) {
  Ask({std::move(query), std::exchange(fail_next_, false)});
}

std::optional<MessageLog::Done> SlowLog::Take() {
  std::optional<Done> done;
  if (!done_.empty()) {
    done = std::move(done_.front());
    done_.pop_front();
  }
  return done;
}

void SlowLog::Let() {
  while (!jobs_.empty()) LetOne();
  holding_ = false;
}

void SlowLog::LetOne() {
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  if (auto* entries = std::get_if<std::vector<LogEntry>>(&job.what)) {
    if (job.fails) {
      done_.emplace_back(Appended{.entries = std::move(*entries), .failed = true});
      return;
    }
    log_.Append(std::move(*entries));
  } else if (job.fails) {
    done_.emplace_back(Loaded{.page = {}, .failed = true});
    return;
  } else {
    log_.Read(std::get<LogQuery>(std::move(job.what)));
  }
  done_.push_back(std::move(*log_.Take()));
}

void SlowLog::Ask(Job job) {
  jobs_.push_back(std::move(job));
  if (!holding_) LetOne();
}

}  // namespace parley::test
