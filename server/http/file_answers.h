// Reads the header fields of uploads and downloads (HTTP), and builds the responses. No I/O.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/codec/http_head.h"
#include "server/http/response.h"

namespace parley {

// --- Uploads ---

// The bytes that a PUT brings.
struct UploadPart {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
};
// Why a PUT is refused: with this status.
struct UploadRefusal {
  int status;
  std::string_view reason;
};
// What a PUT to a file of `size` bytes brings: all of it, or what Content-Range says. `offset` bytes are
// there already, and the next one must come first.
std::variant<UploadPart, UploadRefusal> PartOf(const HttpRequest& request, std::uint64_t size,
                                               std::uint64_t offset);

// An answer to PUT and HEAD, with the number of bytes that are there. It closes the connection after a
// refusal, because nobody reads the body then.
HttpResponse UploadAnswer(int status, std::optional<std::uint64_t> offset, std::string_view text,
                          bool keep_alive, std::chrono::system_clock::time_point now);

// A refusal in words, after which the connection closes. `head_only`: the request was HEAD, so only the head
// is sent (RFC 9110, section 9.3.2). `allow`: for 405, the methods that the URL takes.
HttpResponse FileRefusal(int status, std::string_view text, bool head_only,
                         std::chrono::system_clock::time_point now, std::string_view allow = {});

// --- Downloads ---

struct OfferedFile {
  std::string_view name;
  std::string_view media_type;
  std::string_view sha256;
  std::uint64_t size = 0;
};
// What a GET or HEAD asks for. Values, because the answer comes later.
struct FileQuestion {
  std::optional<std::string> range;     // the field's value
  std::optional<std::string> if_range;  // likewise
  bool head_only = false;
  bool keep_alive = false;
};
FileQuestion FileQuestionOf(const HttpRequest& request);

struct FileAnswer {
  HttpResponse response;             // without the bytes
  std::uint64_t begin = 0, end = 0;  // the bytes that follow it
};
FileAnswer AnswerWithFile(const FileQuestion& question, const OfferedFile& file,
                          std::chrono::system_clock::time_point now);

}  // namespace parley
