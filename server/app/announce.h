// Writes to the data folder which server runs on it, for `chat_server status`.

#pragma once

#include <optional>
#include <string>

#include "common/net/listener.h"
#include "server/data/data_folder.h"

namespace parley {

// Writes the file of RunningServer, and returns the key that opens /metrics from now on. Empty if the file
// cannot be written.
std::string Announce(const DataFolder& folder, const std::optional<Listener>& plain,
                     const std::optional<Listener>& tls);

}  // namespace parley
