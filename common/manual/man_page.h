// Writes manual pages in the man macros of roff (man(7)).

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/manual/program.h"

namespace parley::manual {

// Returns a page of section 1. `version` is, for example, "0.1.0". The page has no date, so that two builds
// of the same source are equal.
std::string ManPage(const Program& program, std::string_view version);

// A page of section 5 about the configuration file `file`, whose settings are those options of the program
// that are settings.
std::string ConfigPage(const Program& program, std::string_view file, const std::vector<Section>& sections,
                       std::string_view version);

}  // namespace parley::manual
