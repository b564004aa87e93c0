// Applied keeps, in the database of the message log, how far this server has applied the order. It is written
// in the transaction that applies the batches, so that both are on the disk or neither.
//
// The table is made when a server with a cluster opens it. All functions throw SQLite::Exception.

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
  // A start of the server with this name: gives it a new incarnation, and commits that. To be called before
  // the first batch is written. The number is greater than the last one, and at least the time: so a copy of
  // another server's database, or an older copy of its own, repeats no number.
  State Begin(const std::string& server, WallTime now);
  // The transaction of the caller has applied everything up to this state. `counter`: as in State.
  void Store(const ChainState& chain, std::uint64_t counter);

 private:
  SQLite::Database& database_;
};

}  // namespace parley::cluster
