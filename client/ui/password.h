// Reads secrets that must not be on the command line.

#pragma once

#include <optional>
#include <string>

namespace parley::client {

// The first line of a file, without its newline. Nothing where it can't be read, or the line is empty.
std::optional<std::string> ReadSecret(const std::string& path);

}  // namespace parley::client
