// A password that an operator chooses.

#pragma once

#include <optional>
#include <string>

namespace parley {

// Asks for it on the terminal, and a second time to be sure; where standard input is no terminal its first
// line is taken. On failure nothing, and `error` says why and what to do.
std::optional<std::string> ReadNewPassword(const std::string& name, std::string& error);

}  // namespace parley
