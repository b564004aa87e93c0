// Visible on any bytes: nothing that is left of them harms a terminal, and each line stands behind the
// margin.

#include <string>
#include <string_view>

#include "common/codec/utf8.h"
#include "common/codec/visible.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/shown_text.h"

using parley::Visible;
using parley::VisibleLines;
using parley::fuzz::IsHarmless;
using parley::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = parley::fuzz::Text(data, size);
  const std::string shown = Visible(text);
  Require(IsHarmless(shown));
  Require(Visible(shown) == shown);

  // Every line of it but the first is behind the margin.
  constexpr std::string_view kMargin = "| ";
  std::string expected;
  // Bytes that are no text are repaired first, the whole of them.
  const std::string repaired = parley::IsValidUtf8(text) ? std::string(text) : parley::RepairUtf8(text);
  for (std::string_view rest = repaired;;) {
    const std::size_t newline = rest.find('\n');
    expected += Visible(rest.substr(0, newline));
    if (newline == std::string_view::npos) break;
    expected += '\n' + std::string(kMargin);
    rest.remove_prefix(newline + 1);
  }
  const std::string lines = VisibleLines(text, kMargin);
  Require(lines == expected && IsHarmless(lines, true));

  // A stream shows the same wherever it is cut.
  const std::size_t cut = text.empty() ? 0 : static_cast<unsigned char>(text.front()) % text.size();
  parley::VisibleStream whole;
  const std::string at_once = whole.Feed(text);
  parley::VisibleStream parts;
  std::string in_parts = parts.Feed(text.substr(0, cut));
  in_parts += parts.Feed(text.substr(cut));
  Require(in_parts == at_once && IsHarmless(at_once, true));
  return 0;
}
