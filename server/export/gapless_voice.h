// Writes voices without gaps, so that a mixer that only counts samples keeps their time. A recording has gaps
// where people were silent or muted, where packets were lost, and before they joined.

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/webm.h"
#include "server/export/spans.h"

namespace parley {

// The tracks that share a file: they never sound at the same time. `tracks[i]` is when the track i sounds.
// The result has as many files as tracks sound at the same time at most, each with its tracks in order.
std::vector<std::vector<std::size_t>> ShareFiles(const std::vector<Span>& tracks);

// GaplessVoice is one Opus file, from the beginning of the recording. Gaps become silence. Each packet stands
// within 15 ms of its time.
class GaplessVoice {
 public:
  explicit GaplessVoice(std::string& out);

  // Appends a packet that begins at `time` of the recording. It is left out if it is not Opus, or if
  // something else sounds there already.
  void Append(std::string& out, std::chrono::microseconds time, std::string_view packet);
  // How much is written.
  [[nodiscard]] std::chrono::microseconds length() const { return length_; }

 private:
  void Write(std::string& out, std::string_view packet, std::chrono::microseconds duration);

  WebmWriter writer_;
  std::chrono::microseconds length_{0};
};

}  // namespace parley
