#include "server/config/option_sources.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/byte_order_mark.h"
#include "common/codec/utf8.h"
#include "common/manual/from_cxxopts.h"
#include "server/config/option_table.h"

namespace parley {
namespace {

// Much of it is shown to people, and sent to them as JSON.
bool IsText(std::string_view line) {
  return IsValidUtf8(line) &&
         std::ranges::none_of(line, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7F; });
}

bool MayComeAgain(std::string_view name) {
  static const std::vector<manual::Option> options = manual::OptionsOf(ServerOptions());
  const auto option = std::ranges::find(options, name, &manual::Option::name);
  return name == "room" || (option != options.end() && option->repeats);
}

}  // namespace

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string EnvironmentName(std::string_view option) {
  std::string name = "PARLEY_";
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::variant<OptionValues, std::string> ParseOptionFile(std::string_view text) {
  OptionValues values;
  text = WithoutByteOrderMark(text);  // as editors on Windows write it
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    if (!IsText(line)) return "line " + std::to_string(number) + " is not valid UTF-8";
    const auto equals = line.find('=');
    const std::string_view name = Trim(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      return "line " + std::to_string(number) + " is not of the form name = value";
    }
    if (!MayComeAgain(name) && values.contains(name)) {
      return "line " + std::to_string(number) + ": " + std::string(name) + " is given twice";
    }
    values.emplace(name, Trim(line.substr(equals + 1)));
  }
  return values;
}

std::variant<OptionValues, std::string> ReadOptionFile(const std::string& path) {
  const std::string cannot = "it cannot be read: ";
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return cannot + std::make_error_code(std::errc::is_a_directory).message();
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return cannot + std::strerror(errno);
  std::string text;
  std::array<char, 4096> part{};
  while (file.read(part.data(), part.size()), file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return cannot + std::strerror(errno);
  return ParseOptionFile(text);
}

}  // namespace parley
