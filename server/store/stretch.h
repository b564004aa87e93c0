// Stretch holds a range of a room's newest messages in memory: the whole log, or the part that is read
// most often.

#pragma once

#include <deque>
#include <optional>

#include "server/store/message_log.h"

namespace parley {

struct Stretch {
  std::deque<protocol::MessageEvent> messages;  // by seq, without holes, up to `last`
  protocol::Sequence first = 1;                 // oldest that the log keeps, in memory or not
  protocol::Sequence last = 0;
  protocol::Revision rev = 0;  // of the newest change in the room

  // The oldest that is in memory; last + 1 if none is.
  [[nodiscard]] protocol::Sequence begin() const { return last + 1 - messages.size(); }
  [[nodiscard]] const protocol::MessageEvent& at(protocol::Sequence seq) const {
    return messages[static_cast<std::size_t>(seq - begin())];
  }
  // The messages that `query` asks for, without what changed. Nothing if that needs a message that is kept,
  // but not in memory.
  [[nodiscard]] std::optional<protocol::Page> Select(const LogQuery& query) const;
};

}  // namespace parley
