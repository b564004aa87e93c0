#include "tests/server/app/simulation/watched_log.h"

namespace parley::simulation {

void WatchedLog::Append(std::vector<LogEntry> entries) {
  Ask({std::move(entries), std::exchange(fail_next_, false)});
}

void WatchedLog::Read(LogQuery query) {
  Ask({std::move(query), std::exchange(fail_next_, false)});
}

std::optional<MessageLog::Done> WatchedLog::Take() {
  if (done_.empty()) return std::nullopt;
  Done done = std::move(done_.front());
  done_.pop_front();
  if (const auto* appended = std::get_if<Appended>(&done); appended != nullptr && !appended->failed) {
    for (const LogEntry& entry : appended->entries) {
      if (!entry.duplicate) delivered_(entry);
    }
  }
  return done;
}

void WatchedLog::Save(RoomSettings settings) {
  std::string key = settings.name.key;
  disk_->rooms.insert_or_assign(std::move(key), std::move(settings));
}

void WatchedLog::Note(std::vector<Visit> visits) {
  for (const Visit& visit : visits) ledger_->Visited(visit);
}

void WatchedLog::Let() {
  while (!jobs_.empty()) LetOne();
  holding_ = false;
}

void WatchedLog::Recover() {
  Let();
  fail_next_ = false;
}

void WatchedLog::LetOne() {
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  auto* entries = std::get_if<std::vector<LogEntry>>(&job.what);
  if (job.fails) {
    if (entries != nullptr) {
      done_.emplace_back(Appended{.entries = std::move(*entries), .failed = true});
    } else {
      done_.emplace_back(Loaded{.page = {}, .failed = true});
    }
    return;
  }
  if (entries != nullptr) {
    disk_->log->Append(std::move(*entries));
  } else {
    disk_->log->Read(std::get<LogQuery>(std::move(job.what)));
  }
  disk_->log->Wait();
  Done done = std::move(*disk_->log->Take());
  if (const auto* appended = std::get_if<Appended>(&done)) {
    for (const LogEntry& entry : appended->entries) ledger_->Stored(entry);
  }
  done_.push_back(std::move(done));
}

void WatchedLog::Ask(Job job) {
  jobs_.push_back(std::move(job));
  if (!holding_) LetOne();
}

}  // namespace parley::simulation
