// Writes and reads the commands of a batch as text: each command is one line of JSON, with the version of
// this form.
//
// All servers must apply the same commands. So a new field needs a new version, which older servers reject.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/model/command.h"

namespace parley::cluster {

// Appends the line of `command`, without the fields that only this server uses (`origin`), and without those
// that the log sets.
void AppendCommand(std::string& lines, const Command& command);

// Nothing if this version does not understand one of the lines. The server must stop then, because it cannot
// apply the batch (Stop::Reason::kNotUnderstood).
std::optional<std::vector<Command>> ReadCommands(std::string_view lines);

}  // namespace parley::cluster
