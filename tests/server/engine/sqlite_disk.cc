#include "tests/server/engine/sqlite_disk.h"

#include <string>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

using Trouble = test::UnreliableFiles::Trouble;
using Crash = test::UnreliableFiles::Crash;

SqliteDisk::SqliteDisk(unsigned long seed, std::size_t kept, bool breaks)
    : files_(seed),
      random_(static_cast<std::mt19937::result_type>(seed)),
      kept_(kept),
      breaks_(breaks),
      durability_(Lot(2) == 0 ? Durability::kFull : Durability::kNormal) {
}

std::shared_ptr<MessageLog> SqliteDisk::Open(std::vector<RoomSettings>& rooms) {
  std::string error;
  log_ =
      SqliteLog::Open(folder_.path() / SqliteLog::kFile, kept_, durability_, waker_, {"lobby"}, rooms, error);
  Require(log_ != nullptr, "a log can be opened again whatever happened", error);
  return log_;
}

std::set<std::string> SqliteDisk::NamedFiles() {
  std::string error;
  std::set<std::string> named = log_->NamedFiles(error);
  Require(error.empty(), "a log says which files its messages name", error);
  return named;
}

void SqliteDisk::Close(bool killed) {
  if (killed) {
    files_.Stop(durability_ == Durability::kFull && Lot(2) == 0 ? Crash::kPowerCut : Crash::kKill);
  }
  log_.reset();
  files_.Restart();
}

bool SqliteDisk::Break() {
  if (!breaks_) return false;
  constexpr Trouble kTroubles[] = {Trouble::kFull, Trouble::kBroken, Trouble::kNoSync};
  files_.BreakAfter(static_cast<int>(Lot(6)), kTroubles[Lot(3)]);
  return true;
}

}  // namespace parley::simulation
