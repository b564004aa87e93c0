// Accounts that answer at once, or when they are let: guests by their names and tokens, and the accounts
// that the test has made.

#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/accounts/accounts.h"

namespace parley::test {

class FakeAccounts : public Accounts {
 public:
  void Check(Login login, const Now& now) override;
  std::optional<LoginAnswer> Take(const Now& now) override;
  [[nodiscard]] bool HasAnswer() const override { return !holding_ && !done_.empty(); }
  void Forget(std::uint64_t ticket) override;
  void Finished(std::uint64_t /*ticket*/) override {}
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override { return std::nullopt; }

  std::string GuestToken(const Identity& guest, const Now& now) override;
  // Looks like an author key: short, and different for different identities.
  [[nodiscard]] std::string AuthorKey(std::string_view identity) const override;

  void Add(const std::string& name, const std::string& password, protocol::Role role);
  // A token that nobody was welcomed with.
  std::string Invite(Identity identity);
  // From now on checks take until Let.
  void Hold() { holding_ = true; }
  void Let() { holding_ = false; }

 private:
  struct Account {
    std::string password;
    IdentityRef identity;
  };
  LoginAnswer Answer(const Login& login);
  IdentityRef Find(const protocol::Hello& hello, protocol::Error& error);

  std::map<std::string, Account> accounts_;  // by name
  std::map<std::string, IdentityRef> by_token_;
  std::deque<LoginAnswer> done_;
  std::uint64_t made_ = 0;
  bool holding_ = false;
};

}  // namespace parley::test
