// Applied stores how far this server has applied the order. It is a table in the database of the message log,
// written in the transaction that applies the batches, so that both are on the disk or neither.
//
// The constructor creates the table if it is missing. All functions may throw SQLite::Exception.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

#include "common/base/clock.h"
#include "server/cluster/chain.h"

namespace parley::cluster {

class Applied {
 public:
  // The database must outlive this object.
  explicit Applied(SQLite::Database& database);

  struct State {
    ChainState chain;
    Incarnation incarnation;    // number 0: this database was in no cluster yet
    std::uint64_t counter = 0;  // of the incarnation's last batch that was applied
  };
  State Read();
  // Gives the server of this name a new incarnation, and commits that. Call it at each start, before the
  // first batch is written. The number is greater than the last one, and at least the time in milliseconds.
  // So a copy of another server's database, or an older copy of the server's own, repeats no number.
  State Begin(const std::string& server, WallTime now);
  // Call it in the transaction that has applied everything up to this state. `counter`: as in State.
  void Store(const ChainState& chain, std::uint64_t counter);

 private:
  SQLite::Database& database_;
};

}  // namespace parley::cluster
