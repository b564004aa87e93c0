// The client's options, from a file or from the command line: what is accepted can be used and means the same
// from both, and what is not is refused in one line.
//
// Input: with `$` before it, arguments, one a line; else a config file.

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/link/trust.h"
#include "client/options.h"
#include "common/protocol/names.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/shown_text.h"
#include "tests/fuzz/text_file.h"

namespace {

using parley::client::EarlyEnd;
using parley::client::Options;
using parley::fuzz::IsHarmless;
using parley::fuzz::Require;
using Variables = std::map<std::string, std::string>;
using Words = std::vector<std::string>;
using Read = std::variant<Options, EarlyEnd>;

Read ReadWords(const Words& words, const Variables& variables = {}) {
  return parley::client::ParseOptions(
      words, {.environment = [&](const std::string& name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
              },
              .login_name = "ana"});
}

void Check(const Read& read) {
  if (const auto* const end = std::get_if<EarlyEnd>(&read)) {
    Require(end->status == 0 || end->status == 2);
    if (end->status == 0) return;
    Require(end->text.starts_with("chat_client: ") && end->text.ends_with('\n'));
    Require(IsHarmless(std::string_view(end->text).substr(0, end->text.size() - 1)));
    return;
  }
  const auto& options = std::get<Options>(read);
  Require(!options.server.host.empty() && options.server.port != 0);
  Require(parley::protocol::RoomName(options.room).has_value());
  const bool named = !options.user && !options.token_file && !options.raw;
  Require(!named || parley::protocol::PersonName(options.name).has_value());
  Require(!(options.raw && options.json) && !(options.user && options.token_file));
  Require(options.pin.empty() || parley::client::ParseFingerprint(options.pin) == options.pin);
  Require(options.tls || (options.pin.empty() && options.ca_file.empty()));
}

bool IsSame(const Read& one, const Read& other) {
  const auto* const a = std::get_if<Options>(&one);
  const auto* const b = std::get_if<Options>(&other);
  if (a == nullptr || b == nullptr) return a == b;
  return *a == *b;
}

// One `name = value` is the same as `--name=value`, and as PARLEY_NAME=value.
void CheckLine(std::string_view line, const parley::fuzz::TextFile& file) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string name(line.substr(0, equals));
  const std::string value(line.substr(equals + 1));
  constexpr std::array kTexts = {"room", "name", "user", "token-file"};
  if (std::ranges::find(kTexts, name) == kTexts.end() || value.find('\0') != std::string::npos) return;
  const bool trimmed = value.empty() || (value.front() > ' ' && value.back() > ' ');
  if (!trimmed) return;
  file.Write(name + " = " + value + "\n");
  const Read in_file = ReadWords({"--config", file.path()});
  Check(in_file);
  Require(IsSame(in_file, ReadWords({"--" + name, value})) || value.starts_with('-'));
  std::string variable = "PARLEY_" + name;
  std::ranges::transform(variable, variable.begin(), [](unsigned char c) { return std::toupper(c); });
  std::ranges::replace(variable, '-', '_');
  if (!value.empty()) Require(IsSame(in_file, ReadWords({}, {{variable, value}})));
}

void CheckFile(std::string_view text) {
  static const parley::fuzz::TextFile file;
  file.Write(text);
  Check(ReadWords({"--config", file.path()}));
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    CheckLine(line, file);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

void CheckWords(std::string_view text) {
  Check(ReadWords(parley::fuzz::Arguments(text)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = parley::fuzz::Text(data, size);
  if (text.starts_with('$')) {
    CheckWords(text.substr(1));
  } else {
    CheckFile(text);
  }
  return 0;
}
