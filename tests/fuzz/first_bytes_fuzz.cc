// ClassifyFirstBytes: once it has answered, more bytes never change the answer, and what it calls HTTP is a
// request line of three words.

#include <algorithm>
#include <string_view>

#include "common/base/limits.h"
#include "common/codec/first_bytes.h"
#include "common/codec/openings.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ClassifyFirstBytes;
using parley::FirstBytes;
using parley::fuzz::Require;

void RequireRequestLine(std::string_view bytes) {
  std::string_view line = bytes.substr(0, bytes.find('\n'));
  Require(line.size() < std::min(bytes.size(), parley::limits::kHttpHeadBytes));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  Require(first != std::string_view::npos && last > first + 1);
  Require(line.find(' ', first + 1) == last);
  const std::string_view version = line.substr(last + 1);
  Require(version.starts_with("HTTP/") && (version.size() == 6 || version.size() == 8));
  Require(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = parley::fuzz::Text(data, size);
  const FirstBytes whole = ClassifyFirstBytes(bytes);
  const std::string_view window = bytes.substr(0, parley::limits::kHttpHeadBytes);
  const std::string_view text = window.substr(parley::BytesBeforeText(window));
  Require((whole == FirstBytes::kLines) == text.starts_with('{'));
  Require((whole == FirstBytes::kTls) == bytes.starts_with("\x16\x03"));
  Require((whole == FirstBytes::kProxy) == bytes.starts_with(parley::kProxySignature));
  if (whole == FirstBytes::kHttp) RequireRequestLine(text);
  // The other shapes: of any bytes, without a word more than there is.
  const auto protocol = parley::RecognizeProtocol(bytes);
  if (whole == FirstBytes::kLines) Require(!protocol);
  if (parley::BeginsWithHello(bytes))
    Require(whole == FirstBytes::kLines || bytes.size() > parley::limits::kHttpHeadBytes);
  if (parley::BeginsWithHttp(bytes)) Require(!protocol);
  if (whole == FirstBytes::kNeedMore) Require(size < parley::limits::kHttpHeadBytes);
  for (std::size_t part = 0; part < std::min<std::size_t>(size, 256); ++part) {
    const FirstBytes now = ClassifyFirstBytes(bytes.substr(0, part));
    Require(now == FirstBytes::kNeedMore || now == whole);
  }
  return 0;
}
