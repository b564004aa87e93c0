// Asks the server that runs on a data folder about itself, for `chat_server status`.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace parley {

// Lines for people: since when it runs, its version, doors, peers and rooms. Waits up to 5 s for its answer.
// Nothing if no server runs there or if it does not answer; then `error` says so.
std::optional<std::string> StatusOf(const std::filesystem::path& data, std::string& error);

// What the metrics of a server say of its peers and rooms, in two lines.
std::string FiguresOf(const std::string& metrics);

}  // namespace parley
