// Writes scripts by which shells complete a program's command line.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/manual/program.h"

namespace parley::manual {

// For `bash` (4.4 or later), `zsh` or `fish`. Nothing for another word.
std::optional<std::string> Completion(const Program& program, std::string_view shell);

}  // namespace parley::manual
