// LogEntry is a message, or a change of a message, on its way through the log of a room. The hub fills it.
// The log gives it a sequence number, or a reason for refusing it, and returns it to the hub, which notifies
// the room. A value.

#pragma once

#include <optional>
#include <string>

#include "common/base/boxed.h"
#include "common/base/errors.h"
#include "common/protocol/event.h"
#include "server/model/change.h"
#include "server/model/origin.h"

namespace parley {

// What became of an entry.
enum class StoreResult {
  kStored,
  kDuplicate,  // nothing new: stored before, or a change that changes nothing
  kRefused,    // by the log, see LogEntry::refused
  kFailed,     // with its whole batch
};

struct LogEntry {
  std::string room_key;
  std::string author_key;
  // The log gives `seq`, and for a duplicate the first one's `seq` and `time`. Of a change: who wants it and
  // when. The log makes it the message as it is then, with the time of its latest change.
  protocol::MessageEvent message;
  // The author's message with this id was stored in the room before, or the change changes nothing.
  bool duplicate = false;
  Boxed<Change> change = {};  // empty: it is a message
  // Nothing of this entry was stored, because of that. Other entries of the batch were.
  std::optional<ErrorCode> refused = {};
  // It names a file that it may not name (any more). It is not to be stored: only whether it is a duplicate
  // is asked. If it is none, it is refused.
  bool only_if_known = false;
  // For the hub; the log passes these on.
  bool from_raw = false;  // a raw peer wrote it
  Origin origin = {};

  // Of a batch that did not fail.
  [[nodiscard]] StoreResult result() const {
    if (refused) return StoreResult::kRefused;
    return duplicate ? StoreResult::kDuplicate : StoreResult::kStored;
  }
  // Whether the log is another one after this entry.
  [[nodiscard]] bool stored() const { return result() == StoreResult::kStored; }
};

}  // namespace parley
