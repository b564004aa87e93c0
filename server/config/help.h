// Writes what chat_server prints about itself. Private to this folder.

#pragma once

#include <cxxopts.hpp>
#include <optional>
#include <string>

#include "common/manual/program.h"

namespace parley {

// Options, subcommands and notes in one.
manual::Program ServerProgram();

// The lines of --help about the subcommands.
std::string CommandSummary();

// The text that `given` asks for, such as --help; nothing if a server is to start. Throws Unusable.
std::optional<std::string> AskedText(const cxxopts::ParseResult& given);

}  // namespace parley
