// Pending keeps what waits for the log or for the accounts, from the hub's question to the answer. It knows
// no peer and no room: questions go in, and what is done comes out, for Dispatch to tell the hub. One thread.
//
// It has more than 12 members because each kind of question waits in a container of its own. They share the
// log, and the order in which it answers.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "server/accounts/accounts.h"
#include "server/hub/outbox.h"
#include "server/store/message_log.h"

namespace parley {

class Pending {
 public:
  using Ticket = std::uint64_t;

  // Neither may be null.
  Pending(std::unique_ptr<MessageLog> log, std::unique_ptr<Accounts> accounts);

  // --- Logins ---

  // Has the accounts check a login.
  Ticket Check(LoginAttempt attempt, const Now& now);
  // The peer has finished sending, or nobody waits for this answer any more.
  void Finished(Ticket ticket) { accounts_->Finished(ticket); }
  void Forget(Ticket ticket);
  struct Login {
    Origin origin;
    LoginAnswer answer;
  };
  // The next login that is decided. Those that were forgotten are left out.
  std::optional<Login> TakeLogin(const Now& now);

  // --- The log ---

  // Takes over what is for the log: settings to keep, questions, and messages and visits, which gather until
  // Begin.
  void Take(Outbox& outbox);
  // Hands the turn's visits to the log, then its messages as one batch. One batch at a time: what comes while
  // it is under way gathers for the next.
  void Begin(const Now& now);
  // The visits alone: takes them over, and hands them to the log.
  void Take(std::vector<Visit>& visits);
  void NoteVisits();
  // A batch that the log has done, or failed to do.
  struct Batch {
    std::vector<LogEntry> entries;
    std::vector<RawChunk> raw_chunks;
    bool failed;
    Duration took;
  };
  struct Loaded {
    Load load;
    MessageLog::Loaded result;
  };
  using Done = std::variant<Batch, Loaded>;
  // Takes back the entries of a batch, used up: their memory is for the next ones.
  void Reuse(std::vector<LogEntry> entries);
  // What the log has done next, or nothing yet.
  std::optional<Done> TakeDone(const Now& now);
  // Has the log do what is due: delete what is kept no longer, and clean its files of what was deleted.
  void Tick(const Now& now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;
  // Whether Begin would hand something over, or a login is decided.
  [[nodiscard]] bool HasWork() const {
    return (!batch_began_ && (!entries_.empty() || !raw_chunks_.empty())) || !visits_.empty() ||
           !seen_.empty() || log_->HasWork() || accounts_->HasAnswer();
  }
  // Whether messages are not stored yet.
  [[nodiscard]] bool Stores() const { return batch_began_ || !entries_.empty() || !raw_chunks_.empty(); }

  [[nodiscard]] MessageLog& log() { return *log_; }
  [[nodiscard]] Accounts& accounts() { return *accounts_; }
  [[nodiscard]] const Accounts& accounts() const { return *accounts_; }

 private:
  std::unique_ptr<MessageLog> log_;
  std::unique_ptr<Accounts> accounts_;
  std::unordered_map<Ticket, Origin> logins_;  // whose check is under way
  Ticket next_ticket_ = 1;
  std::vector<Visit> visits_;               // of this turn
  std::vector<LogEntry> entries_;           // likewise
  std::vector<RawChunk> raw_chunks_;        // likewise, among the entries
  std::vector<RawChunk> raw_chunks_begun_;  // among the entries that the log has
  std::vector<LogEntry> spare_;             // empty: memory for the next entries
  std::optional<MonotonicTime> batch_began_;
  std::optional<MonotonicTime> scrub_at_;
  std::vector<SeenMark> seen_;                     // of this turn
  std::unordered_map<std::uint64_t, Load> loads_;  // in the log, by ticket
  std::uint64_t next_load_ = 1;
};

}  // namespace parley
