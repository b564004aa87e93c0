#include "client/modes/input_lines.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "common/base/limits.h"

namespace parley::client {

std::optional<InputLines::Line> InputLines::Next() {
  const std::size_t newline = bytes_.find('\n', start_);
  if (newline != std::string::npos) return Take(newline, 1);
  const std::size_t left = bytes_.size() - start_;
  if (ended_ && (left > 0 || skipping_)) return Take(bytes_.size(), 0);
  // One more than `most` may be the "\r" of "\r\n".
  if (left > max_ + 1) {
    skipping_ = true;
    start_ = bytes_.size();
  }
  Compact();
  return std::nullopt;
}

InputLines::Line InputLines::Take(std::size_t end, std::size_t newline_bytes) {
  std::string_view text = std::string_view(bytes_).substr(start_, end - start_);
  if (newline_bytes > 0 && text.ends_with('\r')) text.remove_suffix(1);
  Line line{.number = ++number_, .text = {}, .too_long = skipping_ || text.size() > max_};
  if (!line.too_long) line.text = text;
  skipping_ = false;
  start_ = end + newline_bytes;
  return line;
}

void InputLines::Compact() {
  bytes_.erase(0, start_);
  start_ = 0;
}

void ReadStandardInput(InputLines& lines) {
  std::array<char, limits::kReadBytes> buffer;
  const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (got > 0) {
    lines.Append({buffer.data(), static_cast<std::size_t>(got)});
  } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    lines.End();
  }
}

}  // namespace parley::client
