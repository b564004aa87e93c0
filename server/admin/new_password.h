// Asks an operator for a new password.

#pragma once

#include <optional>
#include <string>

namespace parley {

// Asks for it on the terminal, twice to be sure. If standard input is not a terminal, its first line is used.
// On failure nothing, and `error` says why and what to do.
std::optional<std::string> ReadNewPassword(const std::string& name, std::string& error);

}  // namespace parley
