// Writes a configuration file that explains itself.

#pragma once

#include <string>

#include "common/manual/program.h"

namespace parley::manual {

// Each setting with its text and its default, all of them commented out: the file sets nothing. A line is at
// most 100 columns wide. `notes` come at the end: their texts are explanations, their terms are lines.
std::string ExampleConfig(const Program& program, const std::vector<Note>& notes);

}  // namespace parley::manual
