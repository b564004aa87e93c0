#include "server/accounts/account_workers.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace parley {

class AccountWorkers::Question final : public Pool::Task {
 public:
  Question(Ticket ticket, protocol::Name name, bool or_lookalike, AccountStore& store)
      : found_{.ticket = ticket, .account = {}, .error = {}},
        name_(std::move(name)),
        or_lookalike_(or_lookalike),
        store_(store) {}
  void Run() override {
    found_.account = store_.Find(name_.key, found_.error);
    if (!or_lookalike_ || found_.account || !found_.error.empty()) return;
    found_.account = store_.FindLookalike(name_, found_.error);
  }

  Found& found() { return found_; }

 private:
  Found found_;
  protocol::Name name_;
  bool or_lookalike_;
  AccountStore& store_;
};

class AccountWorkers::Hashing final : public Pool::Task {
 public:
  Hashing(Ticket ticket, std::string hash, std::string password)
      : ticket_(ticket), hash_(std::move(hash)), password_(std::move(password)) {}
  void Run() override {
    if (!hash_.empty()) {
      result_ = CheckPassword(hash_, password_);
    } else {
      result_ = HashPassword(password_).empty() ? PasswordCheck::kFailed : PasswordCheck::kWrong;
    }
  }

  [[nodiscard]] Hashed hashed() const { return {ticket_, result_}; }

 private:
  Ticket ticket_;
  std::string hash_;
  std::string password_;
  PasswordCheck result_ = PasswordCheck::kFailed;
};

std::unique_ptr<AccountWorkers> AccountWorkers::Open(std::unique_ptr<AccountStore> store, const Waker& waker,
                                                     std::string& error) {
  std::unique_ptr<AccountWorkers> workers(new AccountWorkers(std::move(store)));
  std::error_code no_thread;
  workers->database_pool_ = Pool::Open(1, waker, no_thread);
  if (workers->database_pool_) {
    workers->hash_pool_ = Pool::Open(workers->hash_threads_, waker, no_thread);
  }
  if (workers->hash_pool_) return workers;
  error = "cannot start threads for the accounts: " + no_thread.message();
  return nullptr;
}

AccountWorkers::AccountWorkers(std::unique_ptr<AccountStore> store)
    : store_(std::move(store)), hash_threads_(std::max(1U, std::thread::hardware_concurrency())) {
}

void AccountWorkers::Find(Ticket ticket, const protocol::Name& name, bool or_lookalike) {
  database_pool_->Give(std::make_unique<Question>(ticket, name, or_lookalike, *store_));
}

std::optional<AccountWorkers::Found> AccountWorkers::TakeFound() {
  const auto task = database_pool_->Take();
  if (!task) return std::nullopt;
  return std::move(static_cast<Question&>(*task).found());
}

void AccountWorkers::Hash(Ticket ticket, std::string hash, std::string password) {
  hash_pool_->Give(std::make_unique<Hashing>(ticket, std::move(hash), std::move(password)));
}

std::optional<AccountWorkers::Hashed> AccountWorkers::TakeHashed() {
  const auto task = hash_pool_->Take();
  if (!task) return std::nullopt;
  return static_cast<const Hashing&>(*task).hashed();
}

}  // namespace parley
