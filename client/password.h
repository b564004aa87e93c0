// Secrets that don't stand on the command line.

#pragma once

#include <optional>
#include <string>

namespace parley::client {

// Asks for a password on the process's terminal, without showing it. Nothing where there is no terminal, or
// where the person gave up (Ctrl-C, Ctrl-D).
std::optional<std::string> AskPassword(const std::string& prompt);

// The first line of a file, without its newline. Nothing where it can't be read, or the line is empty.
std::optional<std::string> ReadSecret(const std::string& path);

}  // namespace parley::client
