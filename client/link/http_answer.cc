#include "client/link/http_answer.h"

#include <charconv>

namespace parley::client {
namespace {

constexpr std::size_t kMostHead = std::size_t{16} * 1024;

bool SameName(std::string_view one, std::string_view lower) {
  if (one.size() != lower.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const char c = one[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
  }
  return true;
}

// The digits that `text` begins with.
std::optional<std::uint64_t> NumberAt(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

void ReadField(std::string_view line, HttpAnswerHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  if (SameName(name, "content-length")) head.length = NumberAt(value).value_or(0);
  if (SameName(name, "upload-offset")) head.upload_offset = NumberAt(value);
  constexpr std::string_view kBytes = "bytes ";
  if (SameName(name, "content-range") && value.starts_with(kBytes)) {
    head.range_start = NumberAt(value.substr(kBytes.size()));
  }
}

}  // namespace

std::optional<HttpAnswerHead> ParseHttpAnswerHead(std::string_view bytes, bool& wrong) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string_view begin = bytes.substr(0, kVersion.size());
  if (begin != kVersion.substr(0, begin.size())) wrong = true;
  const std::size_t end = bytes.find(kEnd);
  if (end == std::string_view::npos && bytes.size() > kMostHead) wrong = true;
  if (wrong || end == std::string_view::npos) return std::nullopt;
  HttpAnswerHead head;
  head.consumed = end + kEnd.size();
  head.status = static_cast<int>(NumberAt(bytes.substr(kVersion.size(), 3)).value_or(0));
  if (head.status < 100) {
    wrong = true;
    return std::nullopt;
  }
  std::string_view rest = bytes.substr(0, end + 2);
  rest.remove_prefix(rest.find("\r\n") + 2);
  while (!rest.empty()) {
    const std::size_t line_end = rest.find("\r\n");
    ReadField(rest.substr(0, line_end), head);
    rest.remove_prefix(line_end + 2);
  }
  return head;
}

}  // namespace parley::client
