// AccountBook checks who a person is: a guest, the bearer of a token, or a user with a password if there is a
// database.
//
// Every hello asks the database, so that a change by another program counts at once. Database queries and
// password hashing run on other threads.
//
// PasswordTurns says when each password is checked. Only the loop's thread calls this class.
//
// It has more than 25 functions because each kind of login (name, password, token) has its own steps, and all
// share the list of pending logins.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "common/base/clock.h"
#include "common/base/refusal_log.h"
#include "common/io/waker.h"
#include "server/accounts/account_store.h"
#include "server/accounts/account_workers.h"
#include "server/accounts/accounts.h"
#include "server/accounts/author_keys.h"
#include "server/accounts/password_turns.h"
#include "server/accounts/tokens.h"

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
  [[nodiscard]] bool HasAnswer() const override { return !ready_.empty(); }
  void Forget(std::uint64_t ticket) override;
  void Finished(std::uint64_t ticket) override;
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override;
  std::string GuestToken(const Identity& guest, const Now& now) override;
  [[nodiscard]] std::string AuthorKey(std::string_view identity) const override {
    return author_keys_.Of(identity);
  }
  [[nodiscard]] std::uint64_t delayed_logins() const override { return turns_.held(); }

  // Queries and hashes that threads work on. The waker is woken when one ends.
  [[nodiscard]] std::size_t checking() const { return workers_ ? workers_->size() : 0; }
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
    std::optional<Account> account = {};
  };
  // A login under way.
  struct Pending {
    protocol::Name name;
    std::variant<ByName, ByToken, ByPassword> how;
    bool wanted = true;  // somebody waits for the answer
  };

  AccountBook(Tokens tokens, AuthorKeys author_keys);

  void CheckToken(Ticket ticket, std::string_view token, const Now& now);
  void RefuseToken(Ticket ticket, const TokenFault& fault, const Now& now);
  void CheckPassword(Ticket ticket, const Login& login, const Now& now);
  void CheckName(Ticket ticket, std::string_view name, const Now& now);

  // Asks the database for the account of that name, if there is a database, and continues with its answer.
  void Begin(Ticket ticket, Pending pending, const Now& now);
  void Ask(Ticket ticket);
  void Answered(Ticket ticket, std::optional<Account> account, const std::string& error, const Now& now);
  void DecideToken(Ticket ticket, Claims claims, const std::optional<Account>& account, const Now& now);

  void Hashed(Ticket ticket, PasswordCheck result, const Now& now);
  // Does what turns_ says is next, and gives passwords to threads that are free.
  void TakeTurns();

  void Accept(Ticket ticket, Identity identity, const Claims& claims, const Now& now,
              NameClaim name = NameClaim::kFresh);
  void Refuse(Ticket ticket, ErrorCode code, std::string text);
  void Finish(LoginAnswer answer);

  Tokens tokens_;
  RefusalLog refusals_;
  AuthorKeys author_keys_;
  PasswordTurns turns_;
  std::unordered_map<Ticket, Pending> pending_;
  std::deque<LoginAnswer> ready_;
  std::unique_ptr<AccountWorkers> workers_;  // null without a store
};

}  // namespace parley
