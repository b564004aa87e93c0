// Answer is what a handler returns: nothing if the request was done and answered, or the error to reply with.

#pragma once

#include <optional>

#include "common/protocol/event.h"

namespace parley {

using Answer = std::optional<protocol::Error>;

inline protocol::Error OnlyHosts() {
  return {ErrorCode::kForbidden, "only hosts of the room and admins may do that"};
}

}  // namespace parley
