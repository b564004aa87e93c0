#include "server/export/spans.h"

#include <algorithm>
#include <cstdint>

namespace parley {

using std::chrono::milliseconds;

Spans ToSpans(std::vector<Span> stretches) {
  std::ranges::sort(stretches, {}, &Span::begin);
  Spans spans;
  for (const Span& stretch : stretches) {
    if (stretch.end <= stretch.begin) continue;
    if (!spans.empty() && stretch.begin <= spans.back().end) {
      spans.back().end = std::max(spans.back().end, stretch.end);
    } else {
      spans.push_back(stretch);
    }
  }
  return spans;
}

Spans Both(const Spans& one, const Spans& other) {
  Spans both;
  auto a = one.begin();
  auto b = other.begin();
  while (a != one.end() && b != other.end()) {
    const Span common{std::max(a->begin, b->begin), std::min(a->end, b->end)};
    if (common.begin < common.end) both.push_back(common);
    if (a->end < b->end) {
      ++a;
    } else {
      ++b;
    }
  }
  return both;
}

Spans Without(const Spans& spans, const Spans& others) {
  Spans rest;
  for (Span span : spans) {
    for (const Span& other : others) {
      if (other.end <= span.begin || other.begin >= span.end) continue;
      if (other.begin > span.begin) rest.push_back({span.begin, other.begin});
      span.begin = std::min(other.end, span.end);
    }
    if (span.begin < span.end) rest.push_back(span);
  }
  return rest;
}

milliseconds TotalOf(const Spans& spans) {
  milliseconds total{0};
  for (const Span& span : spans) total += span.end - span.begin;
  return total;
}

std::string InSeconds(milliseconds time) {
  const std::int64_t count = time.count();
  const std::int64_t magnitude = count < 0 ? -count : count;
  std::string fraction = std::to_string(magnitude % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return (count < 0 ? "-" : "") + std::to_string(magnitude / 1000) + '.' + fraction;
}

}  // namespace parley
