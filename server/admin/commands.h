// Runs the subcommands of chat_server, for example for accounts, invitations and exports. They work on the
// data folder of a server that may be running.

#pragma once

#include "server/config/command.h"

namespace parley {

// Each returns the exit status; with 1 and 2 one line on stderr says what is wrong, and what to do.
int Run(const UserCommand& command);
int Run(const TokenCommand& command);
int Run(const ExportCommand& command);
// Prints what the token is. 0 if the server accepts it, else 1.
int Run(const TokenCheckCommand& command);
// `remove` runs only while no server runs on the folder.
int Run(const RoomCommand& command);
// Prints how much was copied.
int Run(const BackupCommand& command);
int Run(const RestoreCommand& command);
// Prints what the server on the folder says about itself. 1 if none runs there, or if it does not answer.
int Run(const StatusCommand& command);
// Prints one line per finding. 1 if one is a problem.
int Run(const CheckCommand& command);

}  // namespace parley
