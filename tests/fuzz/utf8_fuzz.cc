// UTF-8 against utf8proc, which the code under test does not use.

#include <utf8proc.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "common/codec/utf8.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::fuzz::Require;

// Code points in the text; nothing where it is not valid.
std::optional<std::size_t> Count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    std::int32_t code_point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return count;
}

void RequireGoodCuts(std::string_view text) {
  for (std::size_t max = 4; max < 40; ++max) {
    const std::string_view cut = parley::CutUtf8(text, max);
    Require(text.starts_with(cut) && cut.size() <= max && Count(cut).has_value());
    Require(cut.size() == text.size() || cut.size() + 4 > max);
  }
}

void RequireGoodRepair(std::string_view bytes, bool valid) {
  parley::Utf8Repair at_once;
  const std::string text = at_once.Feed(bytes);
  Require(Count(text).has_value() && text.find('\0') == std::string::npos);
  if (valid && bytes.find('\0') == std::string_view::npos) Require(text == bytes && !at_once.pending());
  parley::Utf8Repair in_pieces;
  std::string pieces;
  std::size_t piece = 1;
  for (std::string_view rest = bytes; !rest.empty(); piece = piece % 5 + 1) {
    pieces += in_pieces.Feed(rest.substr(0, piece));
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  Require(pieces == text && in_pieces.pending() == at_once.pending());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = parley::fuzz::Text(data, size);
  const std::optional<std::size_t> count = Count(bytes);
  Require(parley::IsValidUtf8(bytes) == count.has_value());
  if (count) {
    Require(parley::CountCodePoints(bytes) == *count);
    RequireGoodCuts(bytes);
  }
  RequireGoodRepair(bytes, count.has_value());
  return 0;
}
