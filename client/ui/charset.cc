#include "client/ui/charset.h"

#include <iconv.h>
#include <langinfo.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "common/codec/utf8.h"

namespace parley::client {
namespace {

// What iconv_open gives on failure is -1.
bool IsOpen(iconv_t converter) {
  return reinterpret_cast<std::intptr_t>(converter) != -1;
}

bool IsUtf8Name(std::string_view name) {
  return name == "UTF-8" || name == "utf-8" || name == "UTF8" || name == "utf8";
}

// How many bytes of `rest` make up what can't be converted, and so are replaced by one `instead`.
std::size_t Unconvertible(std::string_view rest, bool utf8) {
  std::size_t bytes = 1;
  while (utf8 && bytes < rest.size() && (static_cast<unsigned char>(rest[bytes]) & 0xC0U) == 0x80U) ++bytes;
  return bytes;
}

// `utf8`: whether `text` is, which then loses whole characters only.
std::string Convert(void* converter, std::string_view text, std::string_view instead, bool utf8) {
  std::string out;
  std::string input(text);  // iconv wants it mutable, and leaves it as it is
  char* in = input.data();
  std::size_t left = input.size();
  ::iconv(converter, nullptr, nullptr, nullptr, nullptr);
  while (left > 0) {
    std::array<char, 1024> piece;
    char* end = piece.data();
    std::size_t room = piece.size();
    const std::size_t result = ::iconv(converter, &in, &left, &end, &room);
    const int error = errno;
    out.append(piece.data(), end);
    if (result != static_cast<std::size_t>(-1) || error == E2BIG) continue;
    out += instead;
    const std::size_t lost = Unconvertible({in, left}, utf8);
    in += lost;
    left -= lost;
  }
  return out;
}

}  // namespace

Charset::Charset(const std::string& name) {
  if (IsUtf8Name(name)) return;
  const iconv_t to = ::iconv_open("UTF-8", name.c_str());
  const iconv_t from = ::iconv_open((name + "//TRANSLIT").c_str(), "UTF-8");
  if (IsOpen(to) && IsOpen(from)) {
    to_utf8_ = to;
    from_utf8_ = from;
    return;
  }
  if (IsOpen(to)) ::iconv_close(to);
  if (IsOpen(from)) ::iconv_close(from);
}

Charset::~Charset() {
  if (to_utf8_ == nullptr) return;
  ::iconv_close(to_utf8_);
  ::iconv_close(from_utf8_);
}

std::string Charset::ToUtf8(std::string_view typed) const {
  if (to_utf8_ == nullptr) return RepairUtf8(typed);
  return Convert(to_utf8_, typed, "\uFFFD", false);
}

std::string Charset::FromUtf8(std::string_view text) const {
  if (from_utf8_ == nullptr) return std::string(text);
  return Convert(from_utf8_, text, "?", true);
}

const Charset& TerminalCharset() {
  static const Charset charset(::nl_langinfo(CODESET));
  return charset;
}

}  // namespace parley::client
