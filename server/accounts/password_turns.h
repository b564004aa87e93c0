// PasswordTurns decides when each password is checked, and when a wrong one is answered.
//
// Passwords for one name from one address (a "line") are checked one after the other. After too many wrong
// ones the answer is delayed (Throttle), and the next password waits until that answer is sent. Opening more
// connections therefore does not speed up guessing. So that the owner can still sign in, the next password is
// taken from the connection with the fewest wrong tries; among equals, from the newest. A login that has
// waited for limits::kLongestWait may overtake. It knows no database, no threads and no clock: calls say what
// happened, and Next() says what to do. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/clock.h"
#include "server/accounts/fair_queue.h"
#include "server/accounts/throttle.h"

namespace parley {

class PasswordTurns {
 public:
  using Ticket = std::uint64_t;

  // What the owner of this object must do next.
  struct Step {
    enum class Kind {
      kLookUp,   // the account of this login; then call LookedUp() or Drop()
      kWrong,    // answer that the password was wrong: its hold has ended
      kTooMany,  // refuse it unchecked: its peer sends nothing more, and an answer is held back
    };
    Kind kind;
    Ticket ticket;
  };

  // A login begins. `guesser` is GuesserOf its address, `tries` the wrong tries on its connection before.
  void Join(Ticket ticket, const std::string& guesser, const std::string& name_key, unsigned tries,
            MonotonicTime now);
  // Its account was looked up: it waits for a thread that hashes.
  void LookedUp(Ticket ticket);
  // The login to hash next, or nothing if none waits for a thread.
  std::optional<Ticket> NextToHash();

  // The outcome of hashing. Dropped: it could not be checked.
  void Right(Ticket ticket);
  void Wrong(Ticket ticket, MonotonicTime now);
  void Drop(Ticket ticket);

  // The peer sends nothing more.
  void Finished(Ticket ticket);
  // The connection has gone. True if the login is gone, too. A login that is being looked up or hashed, or is
  // held back, goes its way: to leave does not make a hold shorter.
  bool Forget(Ticket ticket);

  // Lets those go on whose time has come.
  void Tick(MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;

  std::optional<Step> Next();
  // Answers that were ever held back.
  [[nodiscard]] std::uint64_t held() const { return held_count_; }

 private:
  enum class Stage { kWaiting, kLookUp, kToHash, kHashing, kHeld };
  struct Login {
    std::string guesser;
    std::string line;  // the guesser and the name
    unsigned tries;
    Stage stage = Stage::kWaiting;
    bool overtakes = false;
    bool finished = false;
  };
  struct Line {
    Ticket first;  // the one whose turn it is
    std::set<Ticket> waiting;
  };

  void LookUp(Ticket ticket);
  // The login ends. The next one of its line gets its turn.
  void End(Ticket ticket);
  void ReleaseHeld(MonotonicTime now);
  void Overtake(MonotonicTime now);
  // Refuses those of the line whose peers are finished, while an answer of the line is held back.
  void RefuseFinished(Line& line);

  Throttle throttle_;
  std::unordered_map<Ticket, Login> logins_;
  std::unordered_map<std::string, Line> lines_;
  FairQueue to_hash_;
  std::multimap<MonotonicTime, Ticket> held_;
  // Logins that had to wait, and when they may overtake. Some may be done by now.
  std::deque<std::pair<MonotonicTime, Ticket>> may_overtake_;
  std::deque<Step> steps_;
  std::uint64_t held_count_ = 0;
};

}  // namespace parley
