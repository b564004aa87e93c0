// DecodeTelnet: what it calls Telnet is text with commands around it, and its answers are refusals, each
// once.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "common/codec/telnet.h"
#include "common/codec/utf8.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using parley::TelnetRead;
  using parley::fuzz::Require;
  const std::string_view read = parley::fuzz::Text(data, size);
  const TelnetRead decoded = parley::DecodeTelnet(read);
  if (decoded.status != TelnetRead::Status::kTelnet) {
    Require(decoded.text.empty() && decoded.replies.empty());
    const bool has_iac = read.find('\xFF') != std::string_view::npos;
    Require(has_iac || decoded.status == TelnetRead::Status::kPlain);
    return 0;
  }
  Require(parley::IsValidUtf8(decoded.text) && decoded.text.find('\0') == std::string::npos);
  Require(decoded.text.size() < read.size());
  Require(decoded.replies.size() % 3 == 0 && decoded.replies.size() <= read.size());
  std::set<std::string> replies;
  for (std::size_t i = 0; i < decoded.replies.size(); i += 3) {
    const std::string reply = decoded.replies.substr(i, 3);
    Require(reply[0] == '\xFF' && (reply[1] == '\xFC' || reply[1] == '\xFE'));
    Require(replies.insert(reply).second);
  }
  // What it says is Telnet no more.
  Require(parley::DecodeTelnet(decoded.text).status == TelnetRead::Status::kPlain);
  // The text stands in the read as it is, but for returns.
  std::string_view line = std::string_view(decoded.text).substr(0, decoded.text.find('\n'));
  Require(read.find(line) != std::string_view::npos);
  return 0;
}
