// FileWork runs FileStore calls on a worker thread, one after the other, in the order in which they were
// given. Everything else runs on the loop's thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/files/file_store.h"
#include "server/workers/pool.h"

namespace parley {

class FileWork {
 public:
  // `pool` has one thread. Null: each job runs at once, on the caller's thread.
  FileWork(std::unique_ptr<FileStore> store, std::unique_ptr<Pool> pool);

  struct Made {
    FileError error;
  };
  struct Wrote {
    std::string id;
    FileStore::Written result;
  };
  struct Removed {};
  using Result = std::variant<Made, Wrote, FileStore::Opened, FileStore::Piece, Removed>;
  struct Done {
    std::uint64_t ticket;  // the caller's own
    Result result;
  };

  void Make(std::uint64_t ticket, FileRecord record);
  void Write(std::uint64_t ticket, std::string id, std::uint64_t offset, std::string bytes);
  void Open(std::uint64_t ticket, std::string id);
  void Read(std::uint64_t ticket, std::string id, std::uint64_t offset, std::size_t count);
  void Remove(std::string id);
  // The next job that is done.
  std::optional<Done> Take();
  // Whether Take has something, without a thread that would say so.
  [[nodiscard]] bool HasWork() const { return !done_.empty(); }

 private:
  class Job;
  using Run = std::function<Result(FileStore&)>;
  void Give(std::uint64_t ticket, Run run);

  std::unique_ptr<FileStore> store_;
  std::deque<Done> done_;       // without a pool
  std::unique_ptr<Pool> pool_;  // last: its jobs use the store
};

}  // namespace parley
