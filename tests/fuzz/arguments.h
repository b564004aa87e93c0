// Arguments of a program, as a fuzzer writes them.

#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace parley::fuzz {

// One a line. Without `--config`: it would read any file, also one without an end.
inline std::vector<std::string> Arguments(std::string_view text) {
  std::vector<std::string> arguments;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("--config")) arguments.push_back(line);
  }
  return arguments;
}

}  // namespace parley::fuzz
