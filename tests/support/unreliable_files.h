// A disk for SQLite that lives in memory and fails on purpose: it gets full, breaks, refuses to sync, and
// loses at a power cut what was not synced.
//
// While an object of this class lives, databases are opened on it, whatever the folder. One at a time; what
// fails is changed only while no database is at work.

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace parley::test {

class UnreliableFiles {
 public:
  explicit UnreliableFiles(unsigned long seed);
  ~UnreliableFiles();
  UnreliableFiles(const UnreliableFiles&) = delete;
  UnreliableFiles& operator=(const UnreliableFiles&) = delete;

  enum class Trouble { kNone, kFull, kBroken, kNoSync };
  // So many more writes and syncs succeed; then what the trouble is about fails, until Mend.
  void BreakAfter(int calls, Trouble trouble);
  void Mend() { trouble_ = Trouble::kNone; }
  // How many calls failed.
  [[nodiscard]] int failed() const { return failed_; }

  // The process is killed, or the power is cut: nothing is written any more, not even by a database that is
  // closed; until Restart. After a power cut, of what was not synced any part may be there.
  enum class Crash { kKill, kPowerCut };
  void Stop(Crash crash);
  void Restart();

 private:
  struct Change {
    std::size_t at;
    std::string bytes;
    bool cut = false;  // it ends at `at`
  };
  struct File {
    std::string written, synced;
    std::vector<Change> unsynced;
    std::vector<std::unique_ptr<char[]>> shared;  // the index of its write-ahead log
  };
  struct Handle;
  struct Calls;
  static void Apply(std::string& image, const Change& change);
  bool Fails(Trouble of);

  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, File> files_;
  std::mt19937 random_;
  Trouble trouble_ = Trouble::kNone;
  int calls_left_ = 0;
  int failed_ = 0;
  int nameless_ = 0;
  bool stopped_ = false;
};

}  // namespace parley::test
