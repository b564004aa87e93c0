// MediaCounters counts what media did since the start, for the metrics. A value.

#pragma once

#include <cstdint>

namespace parley {

struct MediaCounters {
  std::uint64_t packets_in = 0, bytes_in = 0;    // datagrams of pages, of any kind
  std::uint64_t packets_out = 0, bytes_out = 0;  // datagrams to pages, of any kind
  std::uint64_t ignored = 0;           // of nobody, malformed, repeated, or too long to be passed on
  std::uint64_t lost = 0;              // packets of pages that were asked for, and did not come
  std::uint64_t asked_again = 0;       // packets that pages were asked to send again
  std::uint64_t sent_again = 0;        // packets that were sent again because a page asked
  std::uint64_t padding = 0;           // packets of padding that tested the bandwidth of pages
  std::uint64_t key_frames_asked = 0;  // requests for a key frame, to pages
  std::uint64_t sessions = 0;          // connections of pages now
  std::uint64_t rooms = 0;             // calls now
  std::uint64_t kept_bytes = 0;        // of packets that may be sent again
  std::uint64_t dropped = 0;           // datagrams that the system did not take
  double busy_seconds = 0;             // for which media's thread did not wait
};

}  // namespace parley
