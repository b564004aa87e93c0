// Reads the head of an HTTP/1.1 response (RFC 9112) as Transfer needs it. Sans I/O.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::client {

struct HttpAnswerHead {
  int status = 0;
  std::uint64_t length = 0;                         // Content-Length; 0 if there is none
  std::optional<std::uint64_t> upload_offset = {};  // Upload-Offset
  std::optional<std::uint64_t> range_start = {};    // of Content-Range
  std::size_t consumed = 0;                         // bytes of the head, its empty line included
};

// The head at the front of `bytes`. Nothing, with `wrong` left alone, if more is needed; nothing, with
// `wrong` set, if it is not such a head or longer than 16 KiB.
std::optional<HttpAnswerHead> ParseHttpAnswerHead(std::string_view bytes, bool& wrong);

}  // namespace parley::client
