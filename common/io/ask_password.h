// Asks the person at the terminal for a password. It blocks, so the loop must not call it.

#pragma once

#include <optional>
#include <string>

namespace parley {

// Asks on the process's terminal, which does not show what is typed. Nothing if there is no terminal, or if
// the person gave up (Ctrl-C, Ctrl-D).
std::optional<std::string> AskPassword(const std::string& prompt);

}  // namespace parley
