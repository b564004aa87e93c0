#include "common/codec/first_bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "common/base/limits.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, 9> kMethods = {"GET ",     "HEAD ",  "POST ",    "PUT ",  "DELETE ",
                                                      "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "};

enum class Match { kNo, kPartly, kWhole };

// Takes `expected` off the front of `bytes`.
Match Take(std::string_view& bytes, std::string_view expected) {
  if (bytes.starts_with(expected)) {
    bytes.remove_prefix(expected.size());
    return Match::kWhole;
  }
  return expected.starts_with(bytes) ? Match::kPartly : Match::kNo;
}

Match TakeMethod(std::string_view& bytes) {
  Match best = Match::kNo;
  for (const std::string_view method : kMethods) {
    best = std::max(best, Take(bytes, method));
    if (best == Match::kWhole) break;
  }
  return best;
}

// One visible ASCII character at least, then a space.
Match TakeTarget(std::string_view& bytes) {
  const auto* end = std::ranges::find_if_not(bytes, [](char c) { return c > ' ' && c < '\x7F'; });
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  if (size == bytes.size()) return Match::kPartly;
  if (size == 0 || *end != ' ') return Match::kNo;
  bytes.remove_prefix(size + 1);
  return Match::kWhole;
}

Match TakeDigit(std::string_view& bytes) {
  if (bytes.empty()) return Match::kPartly;
  if (bytes.front() < '0' || bytes.front() > '9') return Match::kNo;
  bytes.remove_prefix(1);
  return Match::kWhole;
}

Match TakeNewline(std::string_view& bytes) {
  return bytes.starts_with('\n') ? Match::kWhole : Take(bytes, "\r\n");
}

Match MatchRequestLine(std::string_view bytes) {
  Match match = TakeMethod(bytes);
  if (match == Match::kWhole) match = TakeTarget(bytes);
  if (match == Match::kWhole) match = Take(bytes, "HTTP/1.");
  if (match == Match::kWhole) match = TakeDigit(bytes);
  if (match == Match::kWhole) match = TakeNewline(bytes);
  return match;
}

}  // namespace

FirstBytes ClassifyFirstBytes(std::string_view bytes) {
  constexpr std::string_view kTlsHandshake = "\x16\x03";
  if (bytes.empty()) return FirstBytes::kNeedMore;
  if (bytes.front() == '{') return FirstBytes::kLines;
  if (bytes.front() == kTlsHandshake.front()) {
    if (bytes.size() == 1) return FirstBytes::kNeedMore;
    return bytes.starts_with(kTlsHandshake) ? FirstBytes::kTls : FirstBytes::kRaw;
  }
  // What is further on never counts, so that the answer does not depend on how the bytes were cut.
  const std::string_view window = bytes.substr(0, limits::kHttpHeadBytes);
  const Match match = MatchRequestLine(window);
  if (match == Match::kWhole) return FirstBytes::kHttp;
  if (match == Match::kPartly && window.size() < limits::kHttpHeadBytes) return FirstBytes::kNeedMore;
  return FirstBytes::kRaw;
}

}  // namespace parley
