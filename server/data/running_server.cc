#include "server/data/running_server.h"

namespace parley {

std::string ToText(const RunningServer& server) {
  std::string text = "process " + server.process + "\nversion " + server.version + "\nstarted " +
                     server.started + "\nkey " + server.key + "\n";
  for (const auto& door : server.doors) {
    text += (door.tls ? "tls " : "plain ") + ToString(door.address) + "\n";
  }
  return text;
}

std::optional<RunningServer> ParseRunningServer(std::string_view text) {
  RunningServer server;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view name = line.substr(0, space);
    const std::string value(line.substr(space + 1));
    if (name == "process") server.process = value;
    if (name == "version") server.version = value;
    if (name == "started") server.started = value;
    if (name == "key") server.key = value;
    if (name != "plain" && name != "tls") continue;
    const auto address = ParseEndpoint(value);
    if (!address) return std::nullopt;
    server.doors.push_back({name == "tls", *address});
  }
  if (server.key.empty() || server.doors.empty()) return std::nullopt;
  return server;
}

}  // namespace parley
