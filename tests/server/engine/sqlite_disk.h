// The disk of a simulated server that keeps its messages in SQLite: it gets full, breaks, refuses to sync,
// and is left in the middle of everything by a kill or, where --durability=full promises that, a power cut.

#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/io/waker.h"
#include "server/store/sqlite_log.h"
#include "tests/server/engine/simulation/disk.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/unreliable_files.h"

namespace parley::simulation {

class SqliteDisk : public Disk {
 public:
  // What a log that keeps little has stored can't be told from what it has let go of: it never breaks.
  SqliteDisk(unsigned long seed, std::size_t kept, bool breaks);

  std::shared_ptr<MessageLog> Open(std::vector<RoomSettings>& rooms) override;
  std::set<std::string> NamedFiles() override;
  void Close(bool killed) override;
  bool Break() override;
  void Mend() override { files_.Mend(); }

 private:
  std::size_t Lot(std::size_t many) { return random_() % many; }

  test::TemporaryFolder folder_;
  test::UnreliableFiles files_;
  std::mt19937 random_;
  std::size_t kept_;
  bool breaks_;
  Durability durability_;
  Waker waker_;
  std::shared_ptr<SqliteLog> log_;
};

}  // namespace parley::simulation
