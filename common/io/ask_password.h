// A password from the person at the terminal. It waits: not for a loop's turn.

#pragma once

#include <optional>
#include <string>

namespace parley {

// Asks on the process's terminal, which does not show what is typed. Nothing where there is no terminal, or
// where the person gave up (Ctrl-C, Ctrl-D).
std::optional<std::string> AskPassword(const std::string& prompt);

}  // namespace parley
