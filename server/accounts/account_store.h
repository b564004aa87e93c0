// AccountStore keeps the accounts on disk (SQLite, `accounts.db` in the data folder). Several programs may
// have it open: each sees the changes of the others with its next query. One thread at a time; calls wait for
// the disk.

#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/names.h"

namespace parley {

struct Account {
  protocol::Name name;
  protocol::Role role = protocol::Role::kMember;  // or kAdmin
  std::string password;                           // its hash
  // Random, and new with each password and each time the account is created. Tokens with an earlier one are
  // no longer valid.
  std::string generation;
  WallTime created;
};

class AccountStore {
 public:
  // In the data folder.
  static constexpr const char* kFile = "accounts.db";

  // Creates the file if it is missing. On failure null, and `error` says why and what to do.
  static std::unique_ptr<AccountStore> Open(const std::filesystem::path& file, std::string& error);
  ~AccountStore();
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  // Each of these sets `error` if it fails.

  // `key` is the key of a Name. Nothing, without an error, if there is no such account.
  std::optional<Account> Find(std::string_view key, std::string& error);
  // An account with another name that looks like this one.
  std::optional<Account> FindLookalike(const protocol::Name& name, std::string& error);
  // By name.
  std::vector<Account> List(std::string& error);
  // Adds an account with a generation of its own. An account of this name must not exist.
  bool Add(const Account& account, std::string& error);
  // The account must exist.
  bool SetPassword(const protocol::Name& name, const std::string& hash, std::string& error);
  bool Remove(const protocol::Name& name, std::string& error);

 private:
  explicit AccountStore(std::unique_ptr<SQLite::Database> database);
  // Runs a statement that changes one account. The error is `otherwise` if it changed none.
  bool Change(SQLite::Statement& statement, const std::string& otherwise, std::string& error);
  // Reads the looks again if the database has changed.
  void LookAtNames();

  std::unique_ptr<SQLite::Database> database_;
  std::unordered_multimap<std::string, std::string> looks_;  // to the keys of names
  std::optional<std::int64_t> looked_at_;                    // the database's version then
};

}  // namespace parley
