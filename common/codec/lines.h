// Lines out of bytes. Sans I/O: the caller owns the bytes and drops what was consumed.

#pragma once

#include <cstddef>
#include <string_view>

namespace parley {

class LineDecoder {
 public:
  // `most`: bytes of a line without its newline.
  explicit LineDecoder(std::size_t most) : most_(most) {}

  enum class Status { kNeedMore, kLine, kTooLong };
  struct Result {
    Status status;
    std::string_view line;     // with kLine: a view of the input, without "\n" or "\r\n"; may be empty
    std::size_t consumed = 0;  // with kLine: the line and its newline
  };
  // Looks at the front of `input`: the bytes not consumed yet, those of the last call first. What was
  // searched in earlier calls is not searched again. kTooLong: there is no newline within `most` bytes;
  // final.
  Result Next(std::string_view input);

 private:
  std::size_t most_;
  std::size_t searched_ = 0;
};

}  // namespace parley
