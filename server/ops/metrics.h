// Writes the server's metrics in Prometheus' text format. docs/operations.md lists them.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/ops/counters.h"

namespace parley {

enum class PeerKind { kUndecided, kRaw, kLines, kWebSocket, kHttp, kOther };
inline constexpr std::array<std::string_view, 6> kPeerKinds = {"undecided", "raw",  "lines",
                                                               "websocket", "http", "other"};

// Values that are read when somebody asks.
struct Gauges {
  std::array<std::size_t, kPeerKinds.size()> peers{};  // by PeerKind
  std::size_t most_peers = 0;
  std::size_t rooms = 0;
  std::size_t queue_bytes = 0;
  std::uint64_t held_logins = 0;      // since the start
  std::int64_t certificate_ends = 0;  // in seconds since 1970; 0: there is none
};

// Figures of the whole process, from the system.
struct ProcessFigures {
  double processor_seconds = 0;
  double resident_bytes = 0;
  double most_descriptors = 0;
};
ProcessFigures ReadProcessFigures();

std::string MetricsText(const Counters& counters, const Gauges& gauges, const ProcessFigures& process);

}  // namespace parley
