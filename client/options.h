// Reads chat_client's options: from the command line, else from the environment (`PARLEY_NAME=...`), else
// from the file that `--config` names. Only this part sees cxxopts.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/endpoint.h"

namespace parley::client {

struct Options {
  Endpoint server;
  std::string room;
  std::string name;  // of a guest
  std::optional<std::string> user;
  std::optional<std::string> password_file, token_file;
  bool raw = false, json = false;
  bool bell = true;      // on a terminal
  bool numbers = false;  // messages are shown with their numbers
  bool tls = false;
  std::string ca_file;  // empty: the system's CAs
  std::string pin;      // a fingerprint in lower-case hex; empty: none

  bool operator==(const Options&) const = default;
};

// The program is to end at once: `--help` and `--version` with status 0 and their text for stdout, what can't
// be used with status 2 and its line for stderr.
struct EarlyEnd {
  int status;
  std::string text;
};

// What the options take from the process: its environment and login name.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string login_name;  // empty: unknown
};

// `arguments` without the program's name. Reads the file that `--config` names.
std::variant<Options, EarlyEnd> ParseOptions(const std::vector<std::string>& arguments,
                                             const Surroundings& surroundings);

// Those of this process.
Surroundings SystemSurroundings();

}  // namespace parley::client
