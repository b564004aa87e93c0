// InputLines splits standard input into numbered lines. It drops the text of a line that is too long, but
// still reports the line.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::client {

class InputLines {
 public:
  // `most`: bytes of a line without its newline.
  explicit InputLines(std::size_t max) : max_(max) {}

  void Append(std::string_view bytes) { bytes_ += bytes; }
  // There is no more: what is left is a line without a newline.
  void End() { ended_ = true; }

  struct Line {
    std::size_t number;  // from 1
    std::string text;    // without "\n" or "\r\n"
    bool too_long;       // then `text` is empty
  };
  // Nothing where no whole line is left.
  std::optional<Line> Next();

  // No line is left, and none will come.
  [[nodiscard]] bool finished() const { return ended_ && start_ == bytes_.size() && !skipping_; }

 private:
  Line Take(std::size_t end, std::size_t newline_bytes);
  void Compact();

  std::size_t max_;
  std::string bytes_;
  std::size_t start_ = 0;   // of what was not taken
  std::size_t number_ = 0;  // of the line taken last
  bool skipping_ = false;   // inside of a line that is too long
  bool ended_ = false;
};

// Reads once from standard input, which must be readable, and appends what came, or ends `lines`.
void ReadStandardInput(InputLines& lines);

}  // namespace parley::client
