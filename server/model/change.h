// Change is what somebody wants to change of a message. A value.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/protocol/request.h"

namespace parley {

struct Change {
  struct Edit {
    std::string text;
  };
  struct Delete {};
  struct React {
    std::string emoji;
    bool on = true;
  };
  struct Vote {
    std::vector<std::size_t> choices;  // indexes of options, the smallest first; none: no vote any more
  };
  struct ClosePoll {};

  std::optional<protocol::Sequence> seq;  // of the message; nothing: the newest open poll of the room
  bool leads = false;                     // who wants it is host of the room or an admin
  std::variant<Edit, Delete, React, Vote, ClosePoll> what;

  // Whether many people do so at once. In a large room, others hear of it a little later.
  [[nodiscard]] bool frequent() const {
    return std::holds_alternative<React>(what) || std::holds_alternative<Vote>(what);
  }
};

}  // namespace parley
