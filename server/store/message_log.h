// MessageLog stores messages, and is the only place that numbers them.
//
// A log may take time: Append and Read only start work, and Take returns what is done, in the order of the
// calls. Only the result of a search (LogQuery::words) or of attendance may come later than that. One batch
// is one transaction. Only the loop's thread calls it.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/protocol/page.h"
#include "server/model/log_entry.h"
#include "server/model/log_query.h"
#include "server/model/room_settings.h"
#include "server/model/seen_mark.h"
#include "server/model/visit.h"

namespace parley {

// The author key of an identity (AuthorKeys), for any thread. Empty: messages have no author keys.
using AuthorKeyOf = std::function<std::string(std::string_view identity)>;

class MessageLog {
 public:
  MessageLog() = default;
  MessageLog(const MessageLog&) = delete;
  MessageLog& operator=(const MessageLog&) = delete;
  virtual ~MessageLog() = default;

  struct Appended {
    std::vector<LogEntry> entries;
    bool failed = false;  // nothing of the batch was stored
  };
  struct Loaded {
    protocol::Page page;
    bool failed = false;  // it could not be read
    KeptRoom room = {};   // if that was asked for
    std::uint64_t ticket = 0;
  };
  using Done = std::variant<Appended, Loaded>;

  virtual void Append(std::vector<LogEntry> entries) = 0;
  virtual void Read(LogQuery query) = 0;
  // The next finished call, or nothing yet.
  virtual std::optional<Done> Take() = 0;
  // Persists the room's settings, if the log is on disk. Retries until the write succeeds.
  virtual void Save(RoomSettings settings) = 0;
  // The server no longer has the room in memory. What is kept of it is read again when it is needed.
  virtual void Evict(const std::string& room_key) = 0;
  // These rooms are in use now.
  virtual void Touch(std::vector<std::string> room_keys, WallTime now) = 0;
  // Deletes, in small steps, the rooms that only guests made and that nobody has used since then. None of
  // them may be in the server's memory.
  virtual void Forget(WallTime unused_since) = 0;
  // Adds joins and leaves to the journal, in this order. Retries as Save does.
  virtual void Note(std::vector<Visit> visits) = 0;
  // Whether the files may still hold something of what was deleted, as of what Take gave out.
  [[nodiscard]] virtual bool NeedsScrub() const { return false; }
  // Cleans the files of what was deleted. If that fails, NeedsScrub is true again.
  virtual void Scrub() {}
  // The ids of files whose messages are gone since the last call.
  virtual std::vector<std::string> TakeGoneFiles() = 0;
  // Keeps how far people have read, if the log is on disk. A mark never goes back. Retries as Save does.
  virtual void KeepSeen(std::vector<SeenMark> marks) = 0;
  // Deletes messages that are kept no longer, when that is due.
  virtual void Tick(const Now& now) = 0;
  // When Tick wants to be called next.
  [[nodiscard]] virtual std::optional<MonotonicTime> NextDeadline() const = 0;
  // Whether Take is to be called again without a wait: it does a search in steps.
  [[nodiscard]] virtual bool HasWork() const { return false; }
  // Returns when all started work is done.
  virtual void Wait() = 0;
};

}  // namespace parley
