// Spans are stretches of time of a recording, in order and apart from each other.

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

// Brings any stretches in order. Those that overlap or touch become one; empty ones go.
Spans ToSpans(std::vector<Span> stretches);
// What is in both, and what is in `spans` only.
Spans Both(const Spans& one, const Spans& other);
Spans Without(const Spans& spans, const Spans& others);
std::chrono::milliseconds TotalOf(const Spans& spans);

// `12.345`: in seconds, as ffmpeg reads it.
std::string InSeconds(std::chrono::milliseconds time);

}  // namespace parley
