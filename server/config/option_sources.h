// Reads options from where they can be besides the command line: the environment and a file.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

// Option names (`log-level`) and their values. Those of one name keep their order.
using OptionValues = std::multimap<std::string, std::string, std::less<>>;

// Without the space around it.
std::string_view Trim(std::string_view text);

// The name of an option's environment variable: `log-level` is PARLEY_LOG_LEVEL.
std::string EnvironmentName(std::string_view option);

// Reads `name = value` lines. `#` begins a comment line, empty lines are skipped, and space around names and
// values is dropped. Both are UTF-8 without control characters. `ice`, `media-address` and `room` may have
// several lines. A string says what is wrong with the text, and in which line.
std::variant<OptionValues, std::string> ParseOptionFile(std::string_view text);

// The same for a file; also a string if it cannot be read.
std::variant<OptionValues, std::string> ReadOptionFile(const std::string& path);

}  // namespace parley
