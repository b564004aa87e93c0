#include "tests/fuzz/shown_text.h"

#include <utf8proc.h>

#include <cstdint>

namespace parley::fuzz {
namespace {

bool IsHarmless(std::int32_t code_point) {
  const utf8proc_property_t* const property = utf8proc_get_property(code_point);
  switch (property->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      break;
  }
  switch (property->bidi_class) {
    case UTF8PROC_BIDI_CLASS_LRE:
    case UTF8PROC_BIDI_CLASS_LRO:
    case UTF8PROC_BIDI_CLASS_RLE:
    case UTF8PROC_BIDI_CLASS_RLO:
    case UTF8PROC_BIDI_CLASS_PDF:
    case UTF8PROC_BIDI_CLASS_LRI:
    case UTF8PROC_BIDI_CLASS_RLI:
    case UTF8PROC_BIDI_CLASS_FSI:
    case UTF8PROC_BIDI_CLASS_PDI:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool IsHarmless(std::string_view text, bool newlines) {
  while (!text.empty()) {
    std::int32_t code_point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0) return false;
    if (!(newlines && code_point == '\n') && !IsHarmless(code_point)) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

}  // namespace parley::fuzz
