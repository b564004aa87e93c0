// Charset converts between the terminal's character set and UTF-8, which is all that the protocol speaks.
//
// If the set is UTF-8, text passes unchanged, at no cost. Conversions keep no state between calls, so
// each text must be whole. iconv(3) does the work; one thread.

#pragma once

#include <string>
#include <string_view>

namespace parley::client {

class Charset {
 public:
  // `name` as nl_langinfo(CODESET) or iconv has it: "GBK". An unknown set counts as UTF-8.
  explicit Charset(const std::string& name);
  ~Charset();
  Charset(const Charset&) = delete;
  Charset& operator=(const Charset&) = delete;

  // What was typed, as valid UTF-8. Bytes that are not in the set become U+FFFD.
  [[nodiscard]] std::string ToUtf8(std::string_view typed) const;
  // Valid UTF-8 as the terminal's bytes. A character that the set lacks becomes one like it, or "?".
  [[nodiscard]] std::string FromUtf8(std::string_view text) const;

 private:
  void* to_utf8_ = nullptr;  // both null: nothing to convert
  void* from_utf8_ = nullptr;
};

// The terminal's, from the locale that SetUpLocale chose.
const Charset& TerminalCharset();

}  // namespace parley::client
