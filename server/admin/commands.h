// What chat_server does besides serving: accounts, invitations and records, on the data folder of a server
// that may be running.

#pragma once

#include "server/config/command.h"

namespace parley {

// Each returns the exit status; with 1 and 2 one line on stderr says what is wrong, and what to do.
int Run(const UserCommand& command);
int Run(const TokenCommand& command);
int Run(const ExportCommand& command);
// Prints what the token is; 0 where the server would take it, 1 where not.
int Run(const TokenCheckCommand& command);
// `remove` only while no server runs on the folder.
int Run(const RoomCommand& command);
// Prints a line a finding; 1 where one is a problem.
int Run(const CheckCommand& command);

}  // namespace parley
