#include "tests/server/engine/simulation/watched_log.h"

namespace parley::simulation {

std::optional<MessageLog::Done> WatchedLog::Take() {
  auto done = SlowLog::Take();
  if (!done) return done;
  if (const auto* appended = std::get_if<Appended>(&*done); appended != nullptr && !appended->failed) {
    for (const LogEntry& entry : appended->entries) {
      if (entry.stored()) delivered_(entry);
    }
  }
  return done;
}

void WatchedLog::Note(std::vector<Visit> visits) {
  for (const Visit& visit : visits) ledger_->Visited(visit);
  SlowLog::Note(std::move(visits));
}

MessageLog::Done WatchedLog::Do(Wish wish) {
  Done done = SlowLog::Do(std::move(wish));
  if (const auto* appended = std::get_if<Appended>(&done)) {
    if (appended->failed) return done;
    for (const LogEntry& entry : appended->entries) ledger_->Stored(entry);
  }
  return done;
}

// A disk that can fail does it in its own way, and what is there in the end is in doubt.
MessageLog::Done WatchedLog::Fail(Wish wish) {
  if (!std::holds_alternative<std::vector<LogEntry>>(wish) || !disk_->Break()) {
    return SlowLog::Fail(std::move(wish));
  }
  const auto entries = std::get<std::vector<LogEntry>>(wish);
  Done done = Do(std::move(wish));
  disk_->Mend();
  if (std::get<Appended>(done).failed) ledger_->Doubt(entries);
  return done;
}

}  // namespace parley::simulation
