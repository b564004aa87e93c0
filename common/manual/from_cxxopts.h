// Reads the table of options that cxxopts has. For the files that see cxxopts.

#pragma once

#include <algorithm>
#include <cxxopts.hpp>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "common/manual/program.h"

namespace parley::manual {

// An option that makes the program tell something and end: no place but the command line has it.
inline bool AsksForText(std::string_view name) {
  constexpr std::string_view kNames[] = {"help",       "version",       "manual",
                                         "completion", "config-manual", "example-config"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// Those without a group.
inline std::vector<Option> OptionsOf(const cxxopts::Options& options) {
  std::vector<Option> all;
  for (const cxxopts::HelpOptionDetails& one : options.group_help("").options) {
    Option option;
    option.name = one.l.front();
    option.letter = one.s;
    option.argument = one.is_boolean ? "" : one.arg_help;
    option.text = one.desc;
    option.fallback = one.has_default && !one.is_boolean ? one.default_value : "";
    option.repeats = one.is_container;
    option.is_setting = !AsksForText(option.name) && option.name != "config";
    all.push_back(std::move(option));
  }
  return all;
}

}  // namespace parley::manual
