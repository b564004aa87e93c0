#include "server/accounts/account_store.h"

#include <SQLiteCpp/Exception.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "common/base/random.h"
#include "common/protocol/looks.h"
#include "server/data/database.h"

namespace parley {
namespace {

constexpr int kApplicationId = 0x50614163;  // "PaAc"
constexpr std::size_t kGenerationBytes = 12;
constexpr std::array<const char*, 1> kMigrations{R"(
  CREATE TABLE account (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('member', 'admin')),
    password TEXT NOT NULL,
    generation TEXT NOT NULL,
    created INTEGER NOT NULL  -- milliseconds since 1970
  ) STRICT, WITHOUT ROWID)"};
constexpr const char* kColumns = "key, name, role, password, generation, created";

Account ReadRow(SQLite::Statement& row) {
  return {.name = {.shown = row.getColumn(1).getString(), .key = row.getColumn(0).getString()},
          .role = protocol::RoleFromString(row.getColumn(2).getString()).value_or(protocol::Role::kMember),
          .password = row.getColumn(3).getString(),
          .generation = row.getColumn(4).getString(),
          .created = WallTime(std::chrono::milliseconds(row.getColumn(5).getInt64()))};
}

std::string NoAccount(const protocol::Name& name) {
  return "there is no account '" + name.shown + "'";
}

}  // namespace

std::unique_ptr<AccountStore> AccountStore::Open(const std::filesystem::path& file, std::string& error) {
  // Accounts change seldom: each change may well wait for the disk.
  auto database = OpenDatabase(file, {kApplicationId, kMigrations}, Durability::kFull, error);
  if (!database) return nullptr;
  return std::unique_ptr<AccountStore>(new AccountStore(std::move(database)));
}

AccountStore::AccountStore(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {
}

AccountStore::~AccountStore() = default;

std::optional<Account> AccountStore::Find(std::string_view key, std::string& error) {
  try {
    SQLite::Statement query(*database_, std::string("SELECT ") + kColumns + " FROM account WHERE key = ?");
    query.bind(1, std::string(key));
    if (!query.executeStep()) return std::nullopt;
    return ReadRow(query);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return std::nullopt;
  }
}

std::optional<Account> AccountStore::FindLookalike(const protocol::Name& name, std::string& error) {
  try {
    LookAtNames();
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return std::nullopt;
  }
  const auto [begin, end] = looks_.equal_range(protocol::LookOf(name));
  const auto other = std::find_if(begin, end, [&](const auto& look) { return look.second != name.key; });
  if (other == end) return std::nullopt;
  return Find(other->second, error);
}

void AccountStore::LookAtNames() {
  SQLite::Statement version(*database_, "PRAGMA data_version");  // moves with what others write
  version.executeStep();
  const std::int64_t now = version.getColumn(0).getInt64();
  if (looked_at_ == now) return;
  looks_.clear();
  SQLite::Statement names(*database_, "SELECT key, name FROM account");
  while (names.executeStep()) {
    const protocol::Name name{names.getColumn(1).getString(), names.getColumn(0).getString()};
    looks_.emplace(protocol::LookOf(name), name.key);
  }
  looked_at_ = now;
}

std::vector<Account> AccountStore::List(std::string& error) {
  std::vector<Account> accounts;
  try {
    SQLite::Statement query(*database_, std::string("SELECT ") + kColumns + " FROM account ORDER BY key");
    while (query.executeStep()) accounts.push_back(ReadRow(query));
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
  }
  return accounts;
}

bool AccountStore::Add(const Account& account, std::string& error) {
  try {
    SQLite::Statement statement(*database_, std::string("INSERT INTO account (") + kColumns +
                                                ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    statement.bind(1, account.name.key);
    statement.bind(2, account.name.shown);
    statement.bind(3, std::string(ToString(account.role)));
    statement.bind(4, account.password);
    statement.bind(5, RandomToken(kGenerationBytes));
    statement.bind(6, static_cast<std::int64_t>(account.created.time_since_epoch().count()));
    return Change(statement, "there is an account '" + account.name.shown + "' already", error);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

bool AccountStore::SetPassword(const protocol::Name& name, const std::string& hash, std::string& error) {
  try {
    SQLite::Statement statement(*database_, "UPDATE account SET password = ?, generation = ? WHERE key = ?");
    statement.bind(1, hash);
    statement.bind(2, RandomToken(kGenerationBytes));
    statement.bind(3, name.key);
    return Change(statement, NoAccount(name), error);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

bool AccountStore::Remove(const protocol::Name& name, std::string& error) {
  try {
    SQLite::Statement statement(*database_, "DELETE FROM account WHERE key = ?");
    statement.bind(1, name.key);
    return Change(statement, NoAccount(name), error);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

bool AccountStore::Change(SQLite::Statement& statement, const std::string& otherwise, std::string& error) {
  looked_at_.reset();
  if (statement.exec() == 1) return true;
  error = otherwise;
  return false;
}

}  // namespace parley
