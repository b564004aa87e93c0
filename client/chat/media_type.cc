#include "client/chat/media_type.h"

#include <algorithm>
#include <array>
#include <string>

namespace parley::client {
namespace {

struct Ending {
  std::string_view letters;
  std::string_view type;
};

// The types of files that people often send in a chat, as IANA registers them.
constexpr std::array kEndings{
    Ending{"avif", "image/avif"},
    Ending{"bmp", "image/bmp"},
    Ending{"csv", "text/csv"},
    Ending{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Ending{"flac", "audio/flac"},
    Ending{"gif", "image/gif"},
    Ending{"gz", "application/gzip"},
    Ending{"htm", "text/html"},
    Ending{"html", "text/html"},
    Ending{"jpeg", "image/jpeg"},
    Ending{"jpg", "image/jpeg"},
    Ending{"json", "application/json"},
    Ending{"m4a", "audio/mp4"},
    Ending{"md", "text/markdown"},
    Ending{"mkv", "video/matroska"},
    Ending{"mov", "video/quicktime"},
    Ending{"mp3", "audio/mpeg"},
    Ending{"mp4", "video/mp4"},
    Ending{"odp", "application/vnd.oasis.opendocument.presentation"},
    Ending{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    Ending{"odt", "application/vnd.oasis.opendocument.text"},
    Ending{"ogg", "audio/ogg"},
    Ending{"pdf", "application/pdf"},
    Ending{"png", "image/png"},
    Ending{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Ending{"svg", "image/svg+xml"},
    Ending{"txt", "text/plain"},
    Ending{"wav", "audio/wav"},
    Ending{"webm", "video/webm"},
    Ending{"webp", "image/webp"},
    Ending{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Ending{"zip", "application/zip"},
};

}  // namespace

std::string_view MediaTypeOf(std::string_view name) {
  const std::size_t dot = name.find_last_of('.');
  std::string letters(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
  std::ranges::transform(letters, letters.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto* const found = std::ranges::find(kEndings, std::string_view(letters), &Ending::letters);
  return found == kEndings.end() ? "application/octet-stream" : found->type;
}

}  // namespace parley::client
