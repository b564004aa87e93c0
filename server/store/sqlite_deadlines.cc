// When a SqliteLog deletes what is kept no longer, and cleans its files of it.

#include <algorithm>

#include "common/base/limits.h"
#include "server/store/sqlite_log.h"

namespace parley {

void SqliteLog::Tick(const Now& now) {
  if (trimmed_ && !trim_scrub_at_) {
    trim_scrub_at_ = now.monotonic + limits::kTrimScrubAfter + scrub_steps_ * limits::kTrimScrubRest;
  }
  if (trim_scrub_at_ && now.monotonic >= *trim_scrub_at_) Scrub();
  ExpireIfDue(now);
}

std::optional<MonotonicTime> SqliteLog::NextDeadline() const {
  // What is under way goes on when Take has it.
  std::optional<MonotonicTime> next = expiring_ ? std::nullopt : expire_at_;
  if (!trimmed_ || scrubs_) return next;
  const MonotonicTime trim = trim_scrub_at_.value_or(MonotonicTime());  // at once
  return next ? std::min(*next, trim) : trim;
}

}  // namespace parley
