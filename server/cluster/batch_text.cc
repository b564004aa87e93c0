#include "server/cluster/batch_text.h"

#include <algorithm>
#include <charconv>

namespace parley::cluster {
namespace {

constexpr std::string_view kVersion = "1 ";
constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kNumberDigits = 20;
constexpr std::size_t kHashDigits = 64;

bool IsHash(std::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool IsClusterName(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= kNameBytes &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::optional<std::uint64_t> ReadNumber(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string KeyOf(const Incarnation& writer) {
  const std::string digits = std::to_string(writer.number);
  return writer.server + "/" + std::string(kNumberDigits - digits.size(), '0') + digits;
}

std::optional<Incarnation> ReadKey(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos || !IsClusterName(key.substr(0, slash))) return std::nullopt;
  const std::string_view digits = key.substr(slash + 1);
  const std::optional<std::uint64_t> number = ReadNumber(digits);
  if (!number || digits.size() != kNumberDigits) return std::nullopt;
  return Incarnation{std::string(key.substr(0, slash)), *number};
}

std::string WriteBatch(const Position& applied, std::string_view commands) {
  std::string value;
  value.reserve(commands.size() + 2 * kHashDigits);
  value.append(kVersion).append(std::to_string(applied.revision)).append(" ").append(applied.hash);
  return value.append("\n").append(commands);
}

std::optional<BatchText> ReadBatch(std::string_view value) {
  if (!value.starts_with(kVersion)) return std::nullopt;
  const std::size_t end = value.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = value.substr(kVersion.size(), end - kVersion.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsHash(line.substr(space + 1))) return std::nullopt;
  const std::optional<std::uint64_t> revision = ReadNumber(line.substr(0, space));
  if (!revision) return std::nullopt;
  return BatchText{{*revision, std::string(line.substr(space + 1))}, value.substr(end + 1)};
}

}  // namespace parley::cluster
