// Defines helpers for options that cxxopts has parsed: the error Unusable, and ToText. The server and its
// subcommands share them. Private to this folder.

#pragma once

#include <cxxopts.hpp>
#include <string>

namespace parley {

// Thrown where the options can't be used; the text says why.
struct Unusable {
  std::string text;
};

// Empty if the option was not given.
inline std::string ToText(const cxxopts::ParseResult& result, const std::string& name) {
  return result.count(name) == 0 ? std::string() : result[name].as<std::string>();
}

}  // namespace parley
