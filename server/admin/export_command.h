// Carries out `chat_server export`: the messages of a room, a list of its recordings, or a video of one of
// them. Private to this folder.

#pragma once

#include "server/config/command.h"

namespace parley {

// Throws Failure.
void CarryOut(const ExportCommand& command);

}  // namespace parley
