// LineDecoder splits bytes into lines. Sans I/O: the caller owns the bytes, and drops those that were
// consumed.

#pragma once

#include <cstddef>
#include <string_view>

namespace parley {

class LineDecoder {
 public:
  // `most`: the maximum length of a line in bytes, without its newline.
  explicit LineDecoder(std::size_t max) : max_(max) {}

  enum class Status { kNeedMore, kLine, kTooLong };
  struct Result {
    Status status;
    std::string_view line;     // with kLine: a view of the input, without "\n" or "\r\n"; may be empty
    std::size_t consumed = 0;  // with kLine: the line and its newline
  };
  // Reads the front of `input`: the bytes that are not consumed yet, those of the last call first. Bytes that
  // earlier calls searched are not searched again. kTooLong means that there is no newline within `most`
  // bytes; it is final.
  Result Next(std::string_view input);

 private:
  std::size_t max_;
  std::size_t searched_ = 0;
};

}  // namespace parley
