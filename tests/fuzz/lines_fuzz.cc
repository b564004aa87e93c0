// LineDecoder against the plainest way to split lines, with the bytes arriving in pieces of any size.
//
// Input: one character for the longest line allowed, one for the size of the pieces, then the bytes.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/lines.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

struct Lines {
  std::vector<std::string> lines;
  bool too_long = false;

  bool operator==(const Lines&) const = default;
};

Lines Split(std::string_view bytes, std::size_t max) {
  Lines result;
  while (true) {
    const std::size_t newline = bytes.find('\n');
    std::string_view line = bytes.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);  // of an unfinished line too: "\n" may follow
    result.too_long = line.size() > max;
    if (result.too_long || newline == std::string_view::npos) return result;
    result.lines.emplace_back(line);
    bytes.remove_prefix(newline + 1);
  }
}

Lines Decode(std::string_view bytes, std::size_t max, std::size_t piece) {
  parley::LineDecoder decoder(max);
  Lines result;
  std::string unread;
  while (!bytes.empty()) {
    unread.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    auto next = decoder.Next(unread);
    for (; next.status == parley::LineDecoder::Status::kLine; next = decoder.Next(unread)) {
      parley::fuzz::Require(next.consumed > 0 && next.consumed <= unread.size());
      result.lines.emplace_back(next.line);
      unread.erase(0, next.consumed);
    }
    result.too_long = next.status == parley::LineDecoder::Status::kTooLong;
    if (result.too_long) break;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t max = data[0] % 64U;
  const std::size_t piece = data[1] % 32U + 1U;
  const std::string_view bytes = parley::fuzz::Text(data + 2, size - 2);
  const Lines expected = Split(bytes, max);
  parley::fuzz::Require(Decode(bytes, max, piece) == expected);
  parley::fuzz::Require(Decode(bytes, max, size) == expected);
  return 0;
}
