#include "server/http/url_path.h"

#include <algorithm>

#include "common/codec/utf8.h"

namespace parley {
namespace {

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::string_view PathOf(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string RelativeRoot(std::string_view path) {
  const auto depth = std::ranges::count(path, '/') - 1;
  if (depth <= 0) return "./";
  std::string root;
  for (auto i = depth; i > 0; --i) root += "../";
  return root;
}

std::optional<std::string> DecodePath(std::string_view path) {
  std::string decoded;
  decoded.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\') return std::nullopt;
    if (path[i] != '%') {
      decoded.push_back(path[i]);
      continue;
    }
    if (path.size() - i < 3) return std::nullopt;
    const auto high = HexDigit(path[i + 1]);
    const auto low = HexDigit(path[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded.push_back(static_cast<char>(static_cast<unsigned char>(*high * 16 + *low)));
    i += 2;
  }
  return decoded;
}

std::optional<std::string_view> RoomOf(std::string_view decoded_path) {
  constexpr std::string_view kRoom = "/room/";
  if (!decoded_path.starts_with(kRoom)) return std::nullopt;
  const std::string_view name = decoded_path.substr(kRoom.size());
  if (name.empty() || name == "." || name == ".." || !IsValidUtf8(name)) return std::nullopt;
  const bool fits = std::ranges::none_of(name, [](char c) { return c == '/' || IsControl(c); });
  return fits ? std::optional(name) : std::nullopt;
}

}  // namespace parley
