#include "client/ui/password.h"

#include <fstream>

namespace parley::client {

std::optional<std::string> ReadSecret(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line.empty() ? std::nullopt : std::optional(line);
}

}  // namespace parley::client
