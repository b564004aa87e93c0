#include "server/admin/status.h"

#include <chrono>
#include <cstdlib>
#include <map>
#include <sstream>

#include "common/base/endpoint.h"
#include "server/admin/http_get.h"
#include "server/data/data_folder.h"
#include "server/data/running_server.h"

namespace parley {
namespace {

constexpr std::chrono::seconds kPatience{5};

// An address by which this machine reaches the door.
Endpoint Reachable(Endpoint door) {
  if (door.host == "::") door.host = "::1";
  if (door.host == "0.0.0.0") door.host = "127.0.0.1";
  return door;
}

// The plain door, if there is one.
const RunningServer::Door& DoorToAsk(const RunningServer& server) {
  for (const auto& door : server.doors) {
    if (!door.tls) return door;
  }
  return server.doors.front();
}

// The values of all lines of one metric, by the value of their only label (empty: no label), as
// server/ops/metrics.cc writes them.
std::map<std::string, std::string> ValuesOf(const std::string& metric, const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(metric) || line.size() <= metric.size()) continue;
    const char next = line[metric.size()];
    const std::size_t space = line.rfind(' ');
    if (next == ' ') values.emplace("", line.substr(space + 1));
    const std::size_t quote = line.find('"');
    const std::size_t end = line.find('"', quote + 1);
    if (next == '{' && end != std::string::npos) {
      values.emplace(line.substr(quote + 1, end - quote - 1), line.substr(space + 1));
    }
  }
  return values;
}

std::string AboutIt(const RunningServer& server) {
  std::string text = "running since " + server.started + " (process " + server.process +
                     ")\nversion: " + server.version + "\n";
  for (const auto& door : server.doors) {
    text += (door.tls ? "tls door: " : "plain door: ") + ToString(door.address) + "\n";
  }
  return text;
}

}  // namespace

std::string FiguresOf(const std::string& metrics) {
  auto peers = ValuesOf("parley_peers", metrics);
  unsigned long sum = 0;
  std::string kinds;
  for (const char* const kind : {"websocket", "lines", "raw"}) {  // not HTTP, by which this is asked, too
    sum += std::strtoul(peers[kind].c_str(), nullptr, 10);
    kinds += (kinds.empty() ? "" : ", ") + std::string(kind) + " " + peers[kind];
  }
  return "peers: " + std::to_string(sum) + " (" + kinds +
         ")\nrooms in memory: " + ValuesOf("parley_rooms", metrics)[""] + "\n";
}

std::optional<std::string> StatusOf(const std::filesystem::path& data, std::string& error) {
  const auto text = ReadFile(data / RunningServer::kFile);
  const auto server = text ? ParseRunningServer(*text) : std::nullopt;
  if (!DataFolder::InUse(data)) {
    error = "no server is running on " + data.string();
    return std::nullopt;
  }
  if (!server) {
    error = data.string() + " is in use, but no server on it is ready yet; try again";
    return std::nullopt;
  }
  const auto& door = DoorToAsk(*server);
  std::string why;
  const auto said =
      HttpGet({.server = Reachable(door.address), .tls = door.tls, .path = "/metrics", .bearer = server->key},
              kPatience, why);
  if (said && said->status == 200) return AboutIt(*server) + FiguresOf(said->body);
  if (said && said->status == 404)
    return AboutIt(*server) + "peers and rooms: not known with --metrics off\n";
  error = "a server is running on " + data.string() + " since " + server->started + " (process " +
          server->process + "), but " + ToString(door.address) +
          " gives no status: " + (said ? "HTTP " + std::to_string(said->status) : why);
  return std::nullopt;
}

}  // namespace parley
