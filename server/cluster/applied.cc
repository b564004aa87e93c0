#include "server/cluster/applied.h"

#include <SQLiteCpp/VariadicBind.h>

#include <algorithm>

namespace parley::cluster {
namespace {

std::int64_t ForColumn(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::uint64_t FromColumn(SQLite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
}

}  // namespace

Applied::Applied(SQLite::Database& database) : database_(database) {
  // One row. Not a migration of messages.db: a server without a cluster has no such table, and an older
  // version opens the file as before.
  database_.exec(R"(CREATE TABLE IF NOT EXISTS cluster_applied (
                      id INTEGER PRIMARY KEY CHECK (id = 1),
                      revision INTEGER NOT NULL,
                      hash TEXT NOT NULL,
                      before TEXT NOT NULL,        -- the hash before the last batch
                      server TEXT NOT NULL,
                      incarnation INTEGER NOT NULL,
                      counter INTEGER NOT NULL     -- of that incarnation's last batch that was applied
                    ) STRICT)");
}

Applied::State Applied::Read() {
  SQLite::Statement row(database_,
                        "SELECT revision, hash, before, server, incarnation, counter FROM cluster_applied");
  if (!row.executeStep()) return {};
  State state;
  state.chain.applied = {FromColumn(row, 0), row.getColumn(1).getString()};
  state.chain.before = row.getColumn(2).getString();
  state.incarnation = {row.getColumn(3).getString(), FromColumn(row, 4)};
  state.counter = FromColumn(row, 5);
  return state;
}

Applied::State Applied::Begin(const std::string& server, WallTime now) {
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  State state = Read();
  const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 1));
  state.incarnation = {server, std::max(state.incarnation.number + 1, time)};
  state.counter = 0;
  SQLite::Statement begin(database_, "INSERT OR REPLACE INTO cluster_applied VALUES (1, ?, ?, ?, ?, ?, 0)");
  SQLite::bind(begin, ForColumn(state.chain.applied.revision), state.chain.applied.hash, state.chain.before,
               server, ForColumn(state.incarnation.number));
  begin.exec();
  transaction.commit();
  return state;
}

void Applied::Store(const ChainState& chain, std::uint64_t counter) {
  SQLite::Statement store(
      database_, "UPDATE cluster_applied SET revision = ?, hash = ?, before = ?, counter = ? WHERE id = 1");
  SQLite::bind(store, ForColumn(chain.applied.revision), chain.applied.hash, chain.before,
               ForColumn(counter));
  store.exec();
}

}  // namespace parley::cluster
