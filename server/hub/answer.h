// The answer of a handler: nothing where the request is done and answered, or the error to reply with.

#pragma once

#include <optional>

#include "common/protocol/event.h"

namespace parley {

using Answer = std::optional<protocol::Error>;

}  // namespace parley
