#include "server/admin/new_password.h"

#include <unistd.h>

#include <iostream>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/io/ask_password.h"

namespace parley {
namespace {

std::optional<std::string> ReadLine() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

bool IsUsable(const std::string& password, std::string& error) {
  if (password.empty()) {
    error = "the password is empty; give one of at least 1 byte";
  } else if (password.size() > limits::kPasswordBytes) {
    error =
        "the password is too long; give one of at most " + std::to_string(limits::kPasswordBytes) + " bytes";
  } else if (!IsValidUtf8(password) || password.find('\0') != std::string::npos) {
    error = "the password is not valid UTF-8";
  } else {
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> ReadNewPassword(const std::string& name, std::string& error) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  auto password = terminal ? AskPassword("New password for " + name + ": ") : ReadLine();
  if (!password) {
    error = "no password was given; type it, or make it the first line of stdin";
    return std::nullopt;
  }
  if (!IsUsable(*password, error)) return std::nullopt;
  if (terminal && AskPassword("Once more: ") != password) {
    error = "that was not the same password; nothing was changed, try again";
    return std::nullopt;
  }
  return password;
}

}  // namespace parley
