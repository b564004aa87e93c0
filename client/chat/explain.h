// Explains the server's error codes in plain words.

#pragma once

#include <string>

#include "common/protocol/event.h"

namespace parley::client {

// What is wrong, as the rest of a sentence: "the room is locked". May hold what the server wrote; pass it
// through Visible() before it reaches a terminal.
std::string Explain(const protocol::Error& error);

}  // namespace parley::client
