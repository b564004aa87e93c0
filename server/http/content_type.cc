#include "server/http/content_type.h"

#include <algorithm>
#include <array>

#include "common/codec/http_head.h"

namespace parley {
namespace {

struct Known {
  std::string_view ending;
  ContentType type;
};

constexpr std::array kKnown = {
    Known{"avif", {"image/avif", false}},
    Known{"css", {"text/css; charset=utf-8", true}},
    Known{"gif", {"image/gif", false}},
    Known{"gz", {"application/gzip", false}},
    Known{"html", {"text/html; charset=utf-8", true}},
    Known{"ico", {"image/x-icon", true}},
    Known{"jpeg", {"image/jpeg", false}},
    Known{"jpg", {"image/jpeg", false}},
    Known{"js", {"text/javascript; charset=utf-8", true}},
    Known{"json", {"application/json", true}},
    Known{"map", {"application/json", true}},
    Known{"mjs", {"text/javascript; charset=utf-8", true}},
    Known{"mp3", {"audio/mpeg", false}},
    Known{"mp4", {"video/mp4", false}},
    Known{"ogg", {"audio/ogg", false}},
    Known{"pdf", {"application/pdf", false}},
    Known{"png", {"image/png", false}},
    Known{"svg", {"image/svg+xml", true}},
    Known{"ttf", {"font/ttf", true}},
    Known{"txt", {"text/plain; charset=utf-8", true}},
    Known{"wasm", {"application/wasm", true}},
    Known{"wav", {"audio/wav", true}},
    Known{"webm", {"video/webm", false}},
    Known{"webmanifest", {"application/manifest+json", true}},
    Known{"webp", {"image/webp", false}},
    Known{"woff", {"font/woff", false}},
    Known{"woff2", {"font/woff2", false}},
    Known{"xml", {"application/xml", true}},
};

}  // namespace

ContentType ContentTypeOf(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? "" : file_name.substr(dot + 1);
  const auto* found =
      std::ranges::find_if(kKnown, [ending](const Known& k) { return EqualsIgnoringCase(k.ending, ending); });
  return found == kKnown.end() ? ContentType{"application/octet-stream", false} : found->type;
}

}  // namespace parley
