// Defines the options of chat_server and of its subcommands for cxxopts. Private to this folder.

#pragma once

#include <cxxopts.hpp>
#include <string>

namespace parley {

// Those of a start.
cxxopts::Options ServerOptions();

// Those of a subcommand.
cxxopts::Options CommandOptions(const std::string& command);

}  // namespace parley
