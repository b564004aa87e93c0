// Writes what chat_client prints about itself. Only for options.cc.

#pragma once

#include <cxxopts.hpp>
#include <optional>
#include <string>

namespace parley::client {

// The text that `parsed` asks for, such as --help; nothing if the client is to run. `options` is its table.
// The string is what is wrong with the question, and is told by `is_wrong`.
struct AskedText {
  std::string text;
  bool is_wrong = false;
};
std::optional<AskedText> TextAskedFor(const cxxopts::ParseResult& parsed, const cxxopts::Options& options);

}  // namespace parley::client
