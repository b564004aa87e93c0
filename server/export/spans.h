// Spans are stretches of time of a recording, in order. They neither overlap nor touch.

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace parley {

struct Span {
  std::chrono::milliseconds begin{0}, end{0};

  bool operator==(const Span&) const = default;
};
using Spans = std::vector<Span>;

// Sorts any stretches, merges those that overlap or touch, and drops empty ones.
Spans ToSpans(std::vector<Span> stretches);
// The time in both spans, and the time in `spans` that is not in `others`.
Spans Both(const Spans& one, const Spans& other);
Spans Without(const Spans& spans, const Spans& others);
std::chrono::milliseconds TotalOf(const Spans& spans);

// `12.345`: in seconds, as ffmpeg reads it.
std::string InSeconds(std::chrono::milliseconds time);

}  // namespace parley
