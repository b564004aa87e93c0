#include "common/protocol/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/protocol/json_plain.h"
#include "common/protocol/time_text.h"

namespace parley::protocol {
namespace {

// For each byte: 0 where it stands for itself in a string, 'u' where it is written as \u00XX, else the letter
// after the backslash (RFC 8259, section 7).
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) escapes[byte] = 'u';
  escapes[0x7F] = 'u';  // not asked for by JSON, but no terminal should get it
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();

char EscapeOf(char c) {
  return kEscapes[static_cast<unsigned char>(c)];
}

void AppendEscape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const char escape = EscapeOf(c);
  out.push_back('\\');
  out.push_back(escape);
  if (escape != 'u') return;
  const auto byte = static_cast<unsigned char>(c);
  out.append("00");
  out.push_back(kHex[byte >> 4U]);
  out.push_back(kHex[byte & 0xFU]);
}

}  // namespace

void JsonWriter::Key(std::string_view key) {
  // One step: a message has a dozen keys.
  const std::size_t size = out_.size();
  out_.resize(size + key.size() + (first_ ? 3 : 4));
  char* at = out_.data() + size;
  if (!first_) *at++ = ',';
  *at++ = '"';
  at = std::ranges::copy(key, at).out;
  *at++ = '"';
  *at = ':';
  first_ = true;
}

void JsonWriter::Text(std::string_view text) {
  out_.append(std::exchange(first_, false) ? "\"" : ",\"");
  for (;;) {
    const std::size_t plain = PlainPrefix(text);
    out_.append(text.substr(0, plain));
    if (plain == text.size()) break;
    AppendEscape(out_, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out_.push_back('"');
}

void JsonWriter::Number(std::uint64_t number) {
  Separate();
  std::array<char, 20> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out_.append(digits.begin(), end);
}

void JsonWriter::Flag(bool flag) {
  Separate();
  out_.append(flag ? "true" : "false");
}

void JsonWriter::Time(WallTime time) {
  Separate();
  out_.push_back('"');
  AppendTime(out_, time);
  out_.push_back('"');
}

void JsonWriter::Raw(std::string_view json) {
  Separate();
  const auto start = static_cast<std::string::difference_type>(out_.size());
  out_.append(json);
  std::replace_if(
      out_.begin() + start, out_.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

void JsonWriter::Written(std::string_view json) {
  Separate();
  out_.append(json);
}

void JsonWriter::Text(std::string_view key, std::string_view text) {
  Key(key);
  Text(text);
}

void JsonWriter::Number(std::string_view key, std::uint64_t number) {
  Key(key);
  Number(number);
}

void JsonWriter::Flag(std::string_view key, bool flag) {
  Key(key);
  Flag(flag);
}

void JsonWriter::Time(std::string_view key, WallTime time) {
  Key(key);
  Time(time);
}

void JsonWriter::Separate() {
  if (!first_) out_.push_back(',');
  first_ = false;
}

void JsonWriter::Begin(char bracket) {
  Separate();
  out_.push_back(bracket);
  first_ = true;
}

void JsonWriter::End(char bracket) {
  out_.push_back(bracket);
  first_ = false;
}

std::size_t QuotedSize(std::string_view text) {
  std::size_t size = text.size() + 2;
  for (const char c : text) {
    const char escape = EscapeOf(c);
    if (escape != 0) size += escape == 'u' ? 5 : 1;
  }
  return size;
}

}  // namespace parley::protocol
