// Writes the server's metrics in Prometheus' text format. docs/operations.md lists them.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/ops/counters.h"

namespace parley {

enum class PeerKind { kUndecided, kRaw, kLines, kWebSocket, kHttp, kOther };
inline constexpr std::array<std::string_view, 6> kPeerKinds = {"undecided", "raw",  "lines",
                                                               "websocket", "http", "other"};

// What calls through the server did since the start, and what there is now.
struct MediaFigures {
  std::uint64_t sessions = 0, rooms = 0;  // now
  std::uint64_t packets_in = 0, packets_out = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::uint64_t ignored = 0;      // datagrams of nobody, malformed and repeated ones
  std::uint64_t dropped = 0;      // that the system did not take
  std::uint64_t lost = 0;         // packets of pages that never came
  std::uint64_t asked_again = 0;  // packets that pages were asked for
  std::uint64_t sent_again = 0;   // packets that pages asked for
  std::uint64_t key_frames_asked = 0;
  std::uint64_t kept_bytes = 0;  // now, of packets that may be sent again
  double busy_seconds = 0;
};

// Values that are read when somebody asks.
struct Gauges {
  std::array<std::size_t, kPeerKinds.size()> peers{};  // by PeerKind
  std::size_t max_peers = 0;
  std::size_t rooms = 0;
  std::size_t queue_bytes = 0;
  std::uint64_t delayed_logins = 0;        // since the start
  std::int64_t certificate_ends = 0;       // in seconds since 1970; 0: there is none
  std::optional<MediaFigures> media = {};  // nothing: calls connect people directly
};

// Figures of the whole process, from the system.
struct ProcessFigures {
  double processor_seconds = 0;
  std::optional<double> resident_bytes;  // nothing if the system does not tell
  double max_descriptors = 0;
};
ProcessFigures ReadProcessFigures();

std::string MetricsText(const Counters& counters, const Gauges& gauges, const ProcessFigures& process);

}  // namespace parley
