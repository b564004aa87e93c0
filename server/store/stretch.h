// The newest messages of a room, held in memory: a whole log, or the part of one that is asked for most.

#pragma once

#include <deque>
#include <optional>

#include "server/store/message_log.h"

namespace parley {

struct Stretch {
  std::deque<protocol::MessageEvent> messages;  // by seq, without holes, up to `last`
  protocol::Sequence first = 1;                 // oldest that the log keeps; here or not
  protocol::Sequence last = 0;

  // Oldest that is here; last + 1 where none is.
  [[nodiscard]] protocol::Sequence begin() const { return last + 1 - messages.size(); }
  [[nodiscard]] const protocol::MessageEvent& at(protocol::Sequence seq) const {
    return messages[static_cast<std::size_t>(seq - begin())];
  }
  // What `query` asks for; nothing where that needs a message that is kept but not here.
  [[nodiscard]] std::optional<protocol::Page> Select(const LogQuery& query) const;
};

}  // namespace parley
