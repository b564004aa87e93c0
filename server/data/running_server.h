// RunningServer is what the server that uses a data folder writes there about itself, for
// `chat_server status`: the file `running`, which only its owner can read.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"

namespace parley {

struct RunningServer {
  static constexpr auto* kFile = "running";
  struct Door {
    bool tls = false;
    Endpoint address;
    bool operator==(const Door&) const = default;
  };

  std::string process;  // its number
  std::string version;
  std::string started;  // RFC 3339
  std::vector<Door> doors;
  std::string key;  // opens /metrics, for as long as this server runs
  bool operator==(const RunningServer&) const = default;
};

// The text of the file: a line for each value.
std::string ToText(const RunningServer& server);
// Nothing if this is not such a text.
std::optional<RunningServer> ParseRunningServer(std::string_view text);

}  // namespace parley
