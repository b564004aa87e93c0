// Accounts that outlive the process: what one server asked, and nobody waits for any more, is forgotten with
// it.

#pragma once

#include <set>
#include <utility>

#include "tests/support/fake_accounts.h"

namespace parley::simulation {

class Doorkeeper : public Accounts {
 public:
  // `accounts` must outlive it.
  explicit Doorkeeper(test::FakeAccounts& accounts) : accounts_(&accounts) {}
  ~Doorkeeper() override {
    for (const std::uint64_t ticket : asked_) accounts_->Forget(ticket);
  }

  void Check(Login login, const Now& now) override {
    asked_.insert(login.ticket);
    accounts_->Check(std::move(login), now);
  }
  std::optional<LoginAnswer> Take(const Now& now) override {
    auto answer = accounts_->Take(now);
    if (answer) asked_.erase(answer->ticket);
    return answer;
  }
  [[nodiscard]] bool HasAnswer() const override { return accounts_->HasAnswer(); }
  void Forget(std::uint64_t ticket) override {
    asked_.erase(ticket);
    accounts_->Forget(ticket);
  }
  std::string GuestToken(const Identity& guest, const Now& now) override {
    return accounts_->GuestToken(guest, now);
  }
  [[nodiscard]] std::string AuthorKey(std::string_view identity) const override {
    return accounts_->AuthorKey(identity);
  }
  void Finished(std::uint64_t ticket) override { accounts_->Finished(ticket); }
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override {
    return accounts_->NextDeadline();
  }

 private:
  test::FakeAccounts* accounts_;
  std::set<std::uint64_t> asked_;
};

}  // namespace parley::simulation
