// The folder of files of a simulated server: it outlives the server, gets full, and checks what it is asked.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "server/files/files.h"
#include "server/model/log_entry.h"

namespace parley::simulation {

class Shelf {
 public:
  static constexpr FileBounds kBounds{.file_bytes = 6'000, .total_bytes = 40'000};

  // For a server that starts. `named`: ids of the files that messages name.
  std::unique_ptr<Files> Open(const std::set<std::string>& named, const Now& now);
  // The next piece is written only in part.
  void Fill() { full_ = true; }

  // The server was told that a message with a file is stored.
  void Named(const LogEntry& entry);
  // An answer to a GET.
  static void Served(std::string_view answer, const std::string& id);
  // `named`: as above. Every file that a message names is there.
  void CheckKept(const std::set<std::string>& named) const;
  // Long after the last upload: nothing else is there.
  void CheckNothingLeft(const std::set<std::string>& named) const;

  // What a file has in it: this and nothing else.
  static std::string Bytes(std::string_view id, std::size_t size);

 private:
  class Store;
  struct File {
    FileRecord record;
    std::string bytes;
    [[nodiscard]] bool complete() const { return !record.sha256.empty(); }
  };
  [[nodiscard]] std::uint64_t total() const;

  std::map<std::string, File> files_;  // by id
  std::set<std::string> named_;        // by any message, ever
  bool full_ = false;
};

}  // namespace parley::simulation
