#include "tests/support/slow_log.h"

namespace parley::test {

void SlowLog::Append(std::vector<LogEntry> entries) {
  batches_.push_back(entries.size());
  Ask(std::move(entries));
}

void SlowLog::Read(LogQuery query) {
  Ask(std::move(query));
}

std::optional<MessageLog::Done> SlowLog::Take() {
  std::optional<Done> done;
  if (!done_.empty()) {
    done = std::move(done_.front());
    done_.pop_front();
  }
  return done;
}

void SlowLog::Save(RoomSettings settings) {
  log_->Save(std::move(settings));
  log_->Wait();
}

void SlowLog::Note(std::vector<Visit> visits) {
  log_->Note(std::move(visits));
  log_->Wait();
}

void SlowLog::KeepSeen(std::vector<SeenMark> marks) {
  log_->KeepSeen(std::move(marks));
  log_->Wait();
}

void SlowLog::Let() {
  while (!jobs_.empty()) LetOne();
  holding_ = false;
}

void SlowLog::LetOne() {
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  done_.push_back(job.fails ? Fail(std::move(job.wish)) : Do(std::move(job.wish)));
}

void SlowLog::Recover() {
  Let();
  fail_next_ = false;
}

MessageLog::Done SlowLog::Do(Wish wish) {
  if (auto* entries = std::get_if<std::vector<LogEntry>>(&wish)) {
    log_->Append(std::move(*entries));
  } else {
    log_->Read(std::get<LogQuery>(std::move(wish)));
  }
  // A search is done in steps.
  for (;;) {
    log_->Wait();
    if (auto done = log_->Take()) return std::move(*done);
  }
}

MessageLog::Done SlowLog::Fail(Wish wish) {
  if (auto* entries = std::get_if<std::vector<LogEntry>>(&wish)) {
    return Appended{.entries = std::move(*entries), .failed = true};
  }
  return Loaded{.page = {}, .failed = true, .ticket = std::get<LogQuery>(wish).ticket};
}

void SlowLog::Ask(Wish wish) {
  jobs_.push_back({std::move(wish), std::exchange(fail_next_, false)});
  if (!holding_) LetOne();
}

}  // namespace parley::test
