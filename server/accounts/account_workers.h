// AccountWorkers runs the slow parts of a login on other threads: one thread asks the database, and one
// thread for each processor hashes passwords. The waker is woken when a result is ready. Only the loop's
// thread calls this class.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/io/waker.h"
#include "common/protocol/names.h"
#include "server/accounts/account_store.h"
#include "server/accounts/passwords.h"
#include "server/workers/pool.h"

namespace parley {

class AccountWorkers {
 public:
  using Ticket = std::uint64_t;
  struct Found {
    Ticket ticket;
    std::optional<Account> account;
    std::string error;  // not empty: the database could not be read
  };
  struct Hashed {
    Ticket ticket;
    PasswordCheck result;
  };

  // `waker` must outlive this object. Null if threads cannot be started; then `error` says why.
  static std::unique_ptr<AccountWorkers> Open(std::unique_ptr<AccountStore> store, const Waker& waker,
                                              std::string& error);

  // Looks the account up. With `or_lookalike`, an account whose name looks like this one counts, too.
  void Find(Ticket ticket, const protocol::Name& name, bool or_lookalike);
  std::optional<Found> TakeFound();

  // Whether a thread is free for Hash().
  [[nodiscard]] bool CanHash() const { return hash_pool_->size() < hash_threads_; }
  // Compares a password with a hash. An empty hash takes as long, and is wrong.
  void Hash(Ticket ticket, std::string hash, std::string password);
  std::optional<Hashed> TakeHashed();

  // Queries and hashes under way, or not taken yet.
  [[nodiscard]] std::size_t size() const { return database_pool_->size() + hash_pool_->size(); }

 private:
  explicit AccountWorkers(std::unique_ptr<AccountStore> store);
  class Question;
  class Hashing;

  const std::unique_ptr<AccountStore> store_;  // for the database pool's thread
  const std::size_t hash_threads_;
  std::unique_ptr<Pool> database_pool_;
  std::unique_ptr<Pool> hash_pool_;
};

}  // namespace parley
