// RoomArchive lists, shows and removes the rooms of a data folder, for `chat_server room`. Removing a room
// removes everything that was said in it. Reading works while a server runs on that folder. Remove must not
// run then.

#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "server/model/room_settings.h"

namespace parley {

struct RoomFacts {
  RoomSettings settings;  // the name is the key if its spelling was never kept
  std::uint64_t messages = 0;
  WallTime last_use;  // to the hour
};

class RoomArchive {
 public:
  // On failure null, and `error` says what is wrong and what to do.
  static std::unique_ptr<RoomArchive> Open(const std::filesystem::path& file, std::string& error);

  // On failure `error` says why; otherwise it is unchanged.

  // All, by name.
  std::vector<RoomFacts> List(std::string& error);
  std::optional<RoomFacts> Find(const std::string& room_key, std::string& error);
  // With its messages, its settings and its journal, in one transaction. False: there is no such room.
  bool Remove(const std::string& room_key, std::string& error);

 private:
  bool RemoveAll(const std::string& room_key);
  explicit RoomArchive(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}

  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace parley
