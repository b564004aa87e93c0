// AccountBook checks who a person is: a guest, the bearer of a token, or a user with a password if there is a
// database.
//
// Every hello asks the database, so that a change by another program counts at once. Database queries and
// password hashing run on other threads.
//
// Passwords for one name from one address are checked one after the other. After too many wrong ones the
// answer is held back (Throttle), and the next password waits until it is sent. So many connections guess no
// faster than one. To let the owner in all the same, the next password is always from a connection with the
// fewest wrong tries, and of these from the newest. A login that has waited for limits::kLongestWait may
// overtake. Only the loop's thread calls this class.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "common/base/clock.h"
#include "common/base/refusal_log.h"
#include "common/io/waker.h"
#include "server/accounts/account_store.h"
#include "server/accounts/accounts.h"
#include "server/accounts/author_keys.h"
#include "server/accounts/fair_queue.h"
#include "server/accounts/passwords.h"
#include "server/accounts/throttle.h"
#include "server/accounts/tokens.h"
#include "server/workers/pool.h"

namespace parley {

// What is wrong with a token of these claims, given the account of its name (nothing: there is no account).
std::optional<TokenFault> FaultBesideAccount(const Claims& claims, const std::optional<Account>& account);

class AccountBook final : public Accounts {
 public:
  // Without a store (null), only guests and tokens are known, and the answers are ready at once. `waker` must
  // outlive this object. Null if threads cannot be started; then `error` says why.
  static std::unique_ptr<AccountBook> Open(Tokens tokens, AuthorKeys author_keys,
                                           std::unique_ptr<AccountStore> store, const Waker& waker,
                                           std::string& error);
  ~AccountBook() override;

  void Check(Login login, const Now& now) override;
  std::optional<LoginAnswer> Take(const Now& now) override;
  void Forget(std::uint64_t ticket) override;
  void Finished(std::uint64_t ticket) override;
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override;
  std::string GuestToken(const Identity& guest, const Now& now) override;
  [[nodiscard]] std::string AuthorKey(std::string_view identity) const override {
    return author_keys_.Of(identity);
  }
  [[nodiscard]] std::uint64_t held_logins() const override { return held_logins_; }

  // Queries and hashes that threads work on. The waker is woken when one ends.
  [[nodiscard]] std::size_t checking() const {
    return store_ ? database_pool_->size() + hash_pool_->size() : 0;
  }
  // Logins under way and answers not taken yet.
  [[nodiscard]] std::size_t size() const { return pending_.size() + ready_.size(); }

 private:
  using Ticket = std::uint64_t;
  struct ByName {};
  struct ByToken {
    Claims claims;
  };
  struct ByPassword {
    std::string password;
    std::string guesser;
    std::string turn;  // the guesser and the name
    unsigned tries;    // as Login has them
    bool overtakes = false;
    std::optional<Account> account = {};
  };
  struct Turn {
    Ticket first;       // is being checked, or its answer is held back
    bool held = false;  // it is
    std::set<Ticket> waiting;
  };
  // A login under way.
  struct Pending {
    protocol::Name name;
    std::variant<ByName, ByToken, ByPassword> how;
    bool wanted = true;     // somebody waits for the answer
    bool finished = false;  // the peer sends nothing more
  };
  AccountBook(Tokens tokens, AuthorKeys author_keys, std::unique_ptr<AccountStore> store);
  class Question;
  class Hashing;

  void CheckToken(Ticket ticket, std::string_view token, const Now& now);
  void RefuseToken(Ticket ticket, const TokenFault& fault, const Now& now);
  void CheckPassword(Ticket ticket, const Login& login, const Now& now);
  void CheckName(Ticket ticket, std::string_view name, const Now& now);

  // Asks the database for the account of that name, if there is a database, and continues with its answer.
  void Begin(Ticket ticket, Pending pending, const Now& now);
  void Ask(Ticket ticket);
  void Answered(Ticket ticket, std::optional<Account> account, const std::string& error, const Now& now);
  void DecideName(Ticket ticket, const protocol::Name& name, bool reserved, const Now& now);
  void DecideToken(Ticket ticket, Claims claims, const std::optional<Account>& account, const Now& now);

  // Gives the hashing pool as many passwords as it has threads.
  void GiveHashing();
  void Hashed(Ticket ticket, PasswordCheck result, const Now& now);
  // Answers a wrong password, now or after a hold.
  void Wrong(Ticket ticket, const ByPassword& password, const Now& now);
  void ReleaseHeld(const Now& now);
  // The check of this password is done.
  void NextTurn(const ByPassword& password);
  void Overtake(const Now& now);
  void RefuseFinished(Turn& turn);
  void ForgetPassword(Ticket ticket, const ByPassword& password);

  void Accept(Ticket ticket, Identity identity, const Claims& claims, const Now& now,
              NameClaim name = NameClaim::kFresh);
  void Refuse(Ticket ticket, ErrorCode code, std::string text);
  void Finish(LoginAnswer answer);

  Tokens tokens_;
  RefusalLog refusals_;
  AuthorKeys author_keys_;
  Throttle throttle_;
  std::unordered_map<Ticket, Pending> pending_;
  std::unordered_map<std::string, Turn> turns_;  // by ByPassword::turn
  // Logins that had to wait, and when they may overtake. Some may be done by now.
  std::deque<std::pair<MonotonicTime, Ticket>> may_overtake_;
  FairQueue to_hash_;
  std::uint64_t held_logins_ = 0;
  std::multimap<MonotonicTime, Ticket> held_;
  std::deque<LoginAnswer> ready_;

  const std::unique_ptr<AccountStore> store_;  // for the database pool's thread
  const std::size_t hash_threads_;
  std::unique_ptr<Pool> database_pool_;  // null without a store, as is the other
  std::unique_ptr<Pool> hash_pool_;
};

}  // namespace parley
