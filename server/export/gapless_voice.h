// Writes voices without gaps, because a mixer that only counts samples would shift what follows a gap. A
// recording has gaps where people were silent or muted, where packets were lost, and before they joined.

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/webm.h"
#include "server/export/spans.h"

namespace parley {

// Assigns tracks to as few files as possible, so that the tracks of a file never sound at the same time.
// `tracks[i]` is when track i sounds. Returns the tracks of each file, in order.
std::vector<std::vector<std::size_t>> ShareFiles(const std::vector<Span>& tracks);

// GaplessVoice writes one Opus file, which begins when the recording does. Gaps become silence. Each packet
// is within 15 ms of its time.
class GaplessVoice {
 public:
  explicit GaplessVoice(std::string& out);

  // Appends a packet that begins at `time` of the recording. Drops it if it is not Opus, or if an earlier
  // packet covers that time.
  void Append(std::string& out, std::chrono::microseconds time, std::string_view packet);
  // The length of the file so far.
  [[nodiscard]] std::chrono::microseconds length() const { return length_; }

 private:
  void Write(std::string& out, std::string_view packet, std::chrono::microseconds duration);

  WebmWriter writer_;
  std::chrono::microseconds length_{0};
};

}  // namespace parley
