#include "server/engine/pending.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "common/base/limits.h"

namespace parley {
namespace {

// A burst that was larger does not hold its memory for good.
constexpr std::size_t kSpareEntries = 1'024;

}  // namespace

Pending::Pending(std::unique_ptr<MessageLog> log, std::unique_ptr<Accounts> accounts)
    : log_(std::move(log)), accounts_(std::move(accounts)) {
}

// --- Logins ---

Pending::Ticket Pending::Check(LoginAttempt attempt, const Now& now) {
  const Ticket ticket = next_ticket_++;
  logins_.emplace(ticket, std::move(attempt.origin));
  accounts_->Check({ticket, std::move(attempt.hello), std::move(attempt.address), attempt.tries}, now);
  return ticket;
}

void Pending::Forget(Ticket ticket) {
  logins_.erase(ticket);
  accounts_->Forget(ticket);
}

std::optional<Pending::Login> Pending::TakeLogin(const Now& now) {
  while (auto answer = accounts_->Take(now)) {
    auto login = logins_.extract(answer->ticket);
    if (!login.empty()) return Login{std::move(login.mapped()), std::move(*answer)};
  }
  return std::nullopt;
}

// --- The log ---

void Pending::Tick(const Now& now) {
  log_->Tick(now);
  if (!scrub_at_ || now.monotonic < *scrub_at_) return;
  scrub_at_.reset();
  log_->Scrub();
}

std::optional<MonotonicTime> Pending::NextDeadline() const {
  const auto log_at = log_->NextDeadline();
  return scrub_at_ && log_at ? std::min(*scrub_at_, *log_at) : (scrub_at_ ? scrub_at_ : log_at);
}

void Pending::Take(Outbox& outbox) {
  for (Load& load : outbox.loads) {
    load.query.ticket = next_load_++;
    log_->Read(load.query);
    loads_.emplace(load.query.ticket, std::move(load));
  }
  for (RoomSettings& settings : outbox.saves) log_->Save(std::move(settings));
  for (const std::string& room : outbox.evicted) log_->Evict(room);
  Take(outbox.visits);
  std::ranges::move(outbox.seen, std::back_inserter(seen_));
  for (RawChunk& chunk : outbox.raw_chunks) {
    chunk.entries_before += entries_.size();
    raw_chunks_.push_back(std::move(chunk));
  }
  for (LogEntry& entry : outbox.entries) entries_.push_back(std::move(entry));
}

void Pending::Take(std::vector<Visit>& visits) {
  std::ranges::move(visits, std::back_inserter(visits_));
}

void Pending::NoteVisits() {
  if (!visits_.empty()) log_->Note(std::exchange(visits_, {}));
}

void Pending::Begin(const Now& now) {
  // Before the messages: who said one is known to have been there.
  NoteVisits();
  if (!seen_.empty()) log_->KeepSeen(std::exchange(seen_, {}));
  if (batch_began_ || (entries_.empty() && raw_chunks_.empty())) return;
  batch_began_ = now.monotonic;
  raw_chunks_begun_ = std::exchange(raw_chunks_, {});
  log_->Append(std::exchange(entries_, std::exchange(spare_, {})));
}

void Pending::Reuse(std::vector<LogEntry> entries) {
  if (entries.capacity() > kSpareEntries) return;
  spare_ = std::move(entries);
  spare_.clear();
}

std::optional<Pending::Done> Pending::TakeDone(const Now& now) {
  auto done = log_->Take();
  if (!done) {
    if (log_->NeedsScrub() && !scrub_at_) scrub_at_ = now.monotonic + limits::kScrubAfter;
    return std::nullopt;
  }
  if (auto* loaded = std::get_if<MessageLog::Loaded>(&*done)) {
    Load load = std::move(loads_.extract(loaded->ticket).mapped());
    return Loaded{std::move(load), std::move(*loaded)};
  }
  auto& appended = std::get<MessageLog::Appended>(*done);
  const Duration took = now.monotonic - *std::exchange(batch_began_, std::nullopt);
  return Batch{std::move(appended.entries), std::exchange(raw_chunks_begun_, {}), appended.failed, took};
}

}  // namespace parley
