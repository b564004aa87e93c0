// Archive reads what a server has kept, also while that server runs.

#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "common/protocol/event.h"
#include "server/model/visit.h"

namespace parley {

// A message is without its room.
using Record = std::variant<protocol::MessageEvent, Visit>;

class Archive {
 public:
  // On failure null, and `error` says what is wrong and what to do.
  static std::unique_ptr<Archive> Open(const std::filesystem::path& file, std::string& error);

  enum class Outcome {
    kRead,
    kNoRoom,  // nothing was ever kept of the room
    kFailed,  // `error` says why; some records may have been passed on
  };
  // Passes on everything that is kept of the room, by time, as of one moment, whatever is written meanwhile.
  // Messages are in their present state, without author keys: what was deleted has no text.
  Outcome Read(const std::string& room_key, const std::function<void(Record)>& take, std::string& error);

 private:
  explicit Archive(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}

  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace parley
