#include "common/protocol/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

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

// The string grows by at least this, which is enough for most events.
constexpr std::size_t kStep = 256;

char EscapeOf(char c) {
  return kEscapes[static_cast<unsigned char>(c)];
}

}  // namespace

void JsonWriter::Grow(std::size_t size) {
  out_.resize(size_ + std::max(size, kStep));
}

void JsonWriter::PutEscape(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const char escape = EscapeOf(c);
  Put('\\');
  Put(escape);
  if (escape != 'u') return;
  const auto byte = static_cast<unsigned char>(c);
  Put("00");
  Put(kHex[byte >> 4U]);
  Put(kHex[byte & 0xFU]);
}

void JsonWriter::Key(std::string_view key) {
  char* at = Room(key.size() + 4);
  if (!first_) *at++ = ',';
  *at++ = '"';
  at = std::ranges::copy(key, at).out;
  *at++ = '"';
  *at++ = ':';
  size_ = static_cast<std::size_t>(at - out_.data());
  first_ = true;
}

void JsonWriter::Text(std::string_view text) {
  Begin();
  Put('"');
  for (;;) {
    const std::size_t plain = PlainPrefix(text);
    Put(text.substr(0, plain));
    if (plain == text.size()) break;
    PutEscape(text[plain]);
    text.remove_prefix(plain + 1);
  }
  Put('"');
  End();
}

void JsonWriter::Number(std::uint64_t number) {
  constexpr std::size_t kDigits = 20;
  Begin();
  char* const digits = Room(kDigits);
  size_ += static_cast<std::size_t>(std::to_chars(digits, digits + kDigits, number).ptr - digits);
  End();
}

void JsonWriter::Flag(bool flag) {
  Written(flag ? "true" : "false");
}

void JsonWriter::Time(WallTime time) {
  Begin();
  Put('"');
  Put(TimeText(time));
  Put('"');
  End();
}

void JsonWriter::Raw(std::string_view json) {
  Begin();
  std::ranges::replace_copy_if(
      json, Room(json.size()), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  size_ += json.size();
  End();
}

void JsonWriter::Written(std::string_view json) {
  Begin();
  Put(json);
  End();
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

void JsonWriter::Begin(char bracket) {
  Begin();
  Put(bracket);
  first_ = true;
  ++depth_;
}

void JsonWriter::End(char bracket) {
  Put(bracket);
  first_ = false;
  --depth_;
  End();
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
