// The accounts on disk (SQLite, `accounts.db` in the data folder). Several programs may have it open: what
// one changes the others see with their next question. One thread at a time; calls wait for the disk.

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
  // Random; another one with each password, and when an account is made again: what was given out for it
  // before is good no longer.
  std::string generation;
  WallTime created;
};

class AccountStore {
 public:
  // In the data folder.
  static constexpr const char* kFile = "accounts.db";

  // Makes the file where it is missing. On failure null, and `error` says why and what to do.
  static std::unique_ptr<AccountStore> Open(const std::filesystem::path& file, std::string& error);
  ~AccountStore();
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  // Each of these sets `error` where it could not be done.

  // `key` is of a Name. Nothing, without an error, where there is no such account.
  std::optional<Account> Find(std::string_view key, std::string& error);
  // One of another name that looks like this one.
  std::optional<Account> FindLookalike(const protocol::Name& name, std::string& error);
  // By name.
  std::vector<Account> List(std::string& error);
  // Gives it a generation of its own. An account of this name must not exist.
  bool Add(const Account& account, std::string& error);
  // The account must exist.
  bool SetPassword(const protocol::Name& name, const std::string& hash, std::string& error);
  bool Remove(const protocol::Name& name, std::string& error);

 private:
  explicit AccountStore(std::unique_ptr<SQLite::Database> database);
  // Runs a statement that changes one account, and says `otherwise` where it changed none.
  bool Change(SQLite::Statement& statement, const std::string& otherwise, std::string& error);
  // Reads them again where the database has changed.
  void LookAtNames();

  std::unique_ptr<SQLite::Database> database_;
  std::unordered_multimap<std::string, std::string> looks_;  // to the keys of names
  std::optional<std::int64_t> looked_at_;                    // the database's version then
};

}  // namespace parley
