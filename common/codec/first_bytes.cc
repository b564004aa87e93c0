#include "common/codec/first_bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "common/base/limits.h"
#include "common/codec/openings.h"

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

// HTTP/1.1, HTTP/2
Match TakeVersion(std::string_view& bytes) {
  Match match = Take(bytes, "HTTP/");
  if (match == Match::kWhole) match = TakeDigit(bytes);
  if (match == Match::kWhole && bytes.starts_with('.')) {
    bytes.remove_prefix(1);
    match = TakeDigit(bytes);
  }
  return match;
}

Match MatchRequestLine(std::string_view bytes) {
  Match match = TakeMethod(bytes);
  if (match == Match::kWhole) match = TakeTarget(bytes);
  if (match == Match::kWhole) match = TakeVersion(bytes);
  if (match == Match::kWhole) match = TakeNewline(bytes);
  return match;
}

// Whether `bytes` are the beginning of `expected`, and not all of it.
bool BeginsOnly(std::string_view bytes, std::string_view expected) {
  return bytes.size() < expected.size() && expected.starts_with(bytes);
}

}  // namespace

FirstBytes ClassifyFirstBytes(std::string_view bytes) {
  constexpr std::string_view kTlsHandshake = "\x16\x03";
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kTlsHandshake)) return FirstBytes::kTls;
  if (bytes.starts_with(kProxySignature)) return FirstBytes::kProxy;
  for (const std::string_view expected : {kTlsHandshake, kProxySignature, kByteOrderMark}) {
    if (BeginsOnly(bytes, expected)) return FirstBytes::kNeedMore;
  }
  // What is further on never counts, so that the answer does not depend on how the bytes were cut.
  const std::string_view window = bytes.substr(0, limits::kHttpHeadBytes);
  const std::string_view text = window.substr(BytesBeforeText(window));
  if (text.starts_with('{')) return FirstBytes::kLines;
  const Match match = text.empty() ? Match::kPartly : MatchRequestLine(text);
  if (match == Match::kWhole) return FirstBytes::kHttp;
  if (match == Match::kPartly && window.size() < limits::kHttpHeadBytes) return FirstBytes::kNeedMore;
  return FirstBytes::kRaw;
}

}  // namespace parley
