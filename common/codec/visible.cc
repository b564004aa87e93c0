#include "common/codec/visible.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace parley {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

// The first character of valid UTF-8.
Character First(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t bytes = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t code = byte(0) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (byte(i) & 0x3FU);
  return {code, bytes};
}

// Marks (U+061C, U+200E, U+200F) and the zero-width space, joiner and non-joiner are not among them: they
// belong to honest Arabic, Hebrew, Persian and Thai text, and act only on the characters beside them.
bool CanDeceive(char32_t code) {
  struct Range {
    char32_t first, last;
  };
  constexpr std::array kRanges = {
      Range{0x80, 0x9F},      // C1 controls
      Range{0x2028, 0x202E},  // line and paragraph separator, embeddings and overrides
      Range{0x2066, 0x206F},  // isolates, and format characters no longer in use
      Range{0xFEFF, 0xFEFF},  // byte order mark
      Range{0xFFF9, 0xFFFB},  // interlinear annotation
  };
  for (const Range& range : kRanges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

void AppendVisible(std::string& out, char32_t code, std::string_view bytes) {
  if (code < 0x20 || code == 0x7F) {
    out += '^';
    out += static_cast<char>(code ^ 0x40U);
  } else if (CanDeceive(code)) {
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "<U+%04X>", static_cast<unsigned>(code));
    out += name.data();
  } else {
    out += bytes;
  }
}

std::string MakeVisible(std::string_view text, const std::string* margin) {
  std::string repaired;
  if (!IsValidUtf8(text)) {
    repaired = RepairUtf8(text);
    text = repaired;
  }
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = First(text);
    if (next.code == '\n' && margin != nullptr) {
      out += '\n' + *margin;
    } else {
      AppendVisible(out, next.code, text.substr(0, next.bytes));
    }
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace

std::string Visible(std::string_view text) {
  return MakeVisible(text, nullptr);
}

std::string VisibleLines(std::string_view text, std::string_view margin) {
  const std::string copy(margin);
  return MakeVisible(text, &copy);
}

std::string VisibleStream::Feed(std::string_view chunk) {
  std::string text;
  for (const char c : repair_.Feed(chunk)) {
    if (std::exchange(return_waits_, c == '\r') && c != '\n') text += '\r';
    if (!return_waits_) text += c;
  }
  return VisibleLines(text, "");
}

}  // namespace parley
