#include "server/http/file_answers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace parley {
namespace {

// Digits only, and not too many.
std::optional<std::uint64_t> NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

struct ContentRange {
  std::uint64_t first, last, size;
};

// "bytes A-B/SIZE" (RFC 9110, section 14.4).
std::optional<ContentRange> ReadContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (text.size() < kUnit.size() || !EqualsIgnoringCase(text.substr(0, kUnit.size()), kUnit))
    return std::nullopt;
  text.remove_prefix(kUnit.size());
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const auto first = NumberIn(text.substr(0, dash));
  const auto last = NumberIn(text.substr(dash + 1, slash - dash - 1));
  const auto size = NumberIn(text.substr(slash + 1));
  if (!first || !last || !size || *first > *last || *last >= *size) return std::nullopt;
  return ContentRange{*first, *last, *size};
}

// --- Downloads ---

// Browsers show these as pictures, and none of them can hold a script.
constexpr std::array<std::string_view, 6> kPictures = {"image/png",  "image/jpeg", "image/gif",
                                                       "image/webp", "image/avif", "image/bmp"};

bool IsPicture(std::string_view type) {
  return std::ranges::any_of(kPictures, [type](auto picture) { return EqualsIgnoringCase(type, picture); });
}

// A page may load only what it may not run: any other type could be loaded as a script or a style.
bool IsHarmless(std::string_view type) {
  constexpr std::array<std::string_view, 3> kOthers = {"text/plain", "application/pdf", "application/zip"};
  const auto is = [type](std::string_view other) { return EqualsIgnoringCase(type, other); };
  return IsPicture(type) || std::ranges::any_of(kOthers, is) ||
         EqualsIgnoringCase(type.substr(0, 6), "audio/") || EqualsIgnoringCase(type.substr(0, 6), "video/");
}

std::string_view ServedType(std::string_view media_type) {
  const std::string_view type = media_type.substr(0, media_type.find_first_of("; "));
  if (!IsHarmless(type)) return "application/octet-stream";
  return EqualsIgnoringCase(type, "text/plain") ? "text/plain; charset=utf-8" : type;
}

// The name in UTF-8 (RFC 8187), and in ASCII for those who do not know that.
std::string Disposition(std::string_view name, bool picture) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string plain;
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool safe = letter || c == '.' || c == '-' || c == '_';
    plain += safe || c == ' ' ? c : '_';
    if (safe) {
      encoded += c;
    } else {
      encoded.append("%").append({kHex[byte >> 4U], kHex[byte & 0xFU]});
    }
  }
  return std::string(picture ? "inline" : "attachment") + "; filename=\"" + plain + "\"; filename*=UTF-8''" +
         encoded;
}

enum class Part { kAll, kSome, kNone };

// One range (RFC 9110, section 14.1.2). What is not understood, or is more than one, is ignored.
Part ReadRange(std::string_view text, std::uint64_t size, std::uint64_t& begin, std::uint64_t& end) {
  constexpr std::string_view kUnit = "bytes=";
  if (text.size() < kUnit.size() || !EqualsIgnoringCase(text.substr(0, kUnit.size()), kUnit))
    return Part::kAll;
  text.remove_prefix(kUnit.size());
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return Part::kAll;
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = text.substr(dash + 1);
  const auto first = NumberIn(from);
  const auto last = NumberIn(to);
  if (from.empty() && last) {  // so many at the end
    if (*last == 0) return Part::kNone;
    begin = size - std::min(*last, size);
    return Part::kSome;
  }
  if (!first || (!last && !to.empty()) || (last && *last < *first)) return Part::kAll;
  if (*first >= size) return Part::kNone;
  begin = *first;
  if (last) end = std::min(*last, size - 1) + 1;
  return Part::kSome;
}

}  // namespace

std::variant<UploadPart, UploadRefusal> PartOf(const HttpRequest& request, std::uint64_t size,
                                               std::uint64_t offset) {
  if (!request.content_length) return UploadRefusal{411, "Content-Length is missing"};
  const std::uint64_t bytes = *request.content_length;
  if (bytes > size) return UploadRefusal{413, "more bytes than were announced"};
  UploadPart part{.first = 0, .bytes = bytes};
  if (request.Has("Content-Range")) {
    const auto range = ReadContentRange(request.Only("Content-Range").value_or(""));
    if (!range || range->size != size) return UploadRefusal{400, "malformed Content-Range"};
    if (bytes != range->last - range->first + 1) {
      return UploadRefusal{400, "Content-Length and Content-Range differ"};
    }
    part.first = range->first;
  } else if (bytes != size) {
    return UploadRefusal{400, "fewer bytes than were announced, and no Content-Range"};
  }
  if (part.first != offset) return UploadRefusal{409, "wrong offset: continue at the byte in Upload-Offset"};
  return part;
}

HttpResponse UploadAnswer(int status, std::optional<std::uint64_t> offset, std::string_view text,
                          bool keep_alive, std::chrono::system_clock::time_point now) {
  Reply reply = TextReply(status, text);
  if (status == 204) reply.content_type = {};  // has no content, and no length of it
  if (offset) reply.fields += Field("Upload-Offset", std::to_string(*offset));
  return Deliver(std::move(reply), {.now = now, .keep_alive = keep_alive});
}

HttpResponse FileRefusal(int status, std::string_view text, bool head_only,
                         std::chrono::system_clock::time_point now, std::string_view allow) {
  Reply reply = TextReply(status, std::string(text) + '\n');
  if (!allow.empty()) reply.fields += Field("Allow", allow);
  return Deliver(std::move(reply), {.now = now, .head_only = head_only, .keep_alive = false});
}

FileQuestion FileQuestionOf(const HttpRequest& request) {
  const auto field = [&](std::string_view name) {
    const auto value = request.Only(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  };
  return {.range = field("Range"),
          .if_range = field("If-Range"),
          .head_only = request.method == "HEAD",
          .keep_alive = request.KeepAlive() && !request.HasBody()};
}

FileAnswer AnswerWithFile(const FileQuestion& question, const OfferedFile& file,
                          std::chrono::system_clock::time_point now) {
  const std::string tag = '"' + std::string(file.sha256) + '"';
  FileAnswer answer{.response = {}, .begin = 0, .end = file.size};
  // For other methods than GET, RFC 9110 (section 14.2) ignores the range.
  const bool ranged = question.range && !question.head_only && question.if_range.value_or(tag) == tag;
  const Part part = ranged ? ReadRange(*question.range, file.size, answer.begin, answer.end) : Part::kAll;
  const std::string_view type = ServedType(file.media_type);
  Reply reply{.status = part == Part::kSome ? 206 : 200,
              .content_type = type,
              .body = {},
              .fields = Field("Cache-Control", "no-store") + Field("Accept-Ranges", "bytes") +
                        Field("ETag", tag) +
                        Field("Content-Disposition", Disposition(file.name, IsPicture(type))) +
                        Field("Cross-Origin-Resource-Policy", "same-origin"),
              .length = answer.end - answer.begin,
              .sandboxed = true};
  const std::string size = std::to_string(file.size);
  if (part == Part::kNone) {
    reply = TextReply(416, "The file has fewer bytes.\n");
    reply.fields += Field("Content-Range", "bytes */" + size);
    answer.begin = answer.end;
  } else if (part == Part::kSome) {
    reply.fields += Field("Content-Range", "bytes " + std::to_string(answer.begin) + '-' +
                                               std::to_string(answer.end - 1) + '/' + size);
  }
  if (question.head_only) answer.begin = answer.end;
  answer.response = Deliver(std::move(reply),
                            {.now = now, .head_only = question.head_only, .keep_alive = question.keep_alive});
  return answer;
}

}  // namespace parley
