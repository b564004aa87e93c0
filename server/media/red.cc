#include "server/media/red.h"

#include <cstddef>

namespace parley {
namespace {

constexpr std::uint8_t kMore = 0x80;  // another block follows
constexpr std::size_t kBlockHeader = 4;

}  // namespace

std::optional<std::string_view> NewestRedBlock(std::string_view payload) {
  std::size_t at = 0;
  std::size_t older = 0;  // bytes of the blocks before the newest
  while (at < payload.size() && (static_cast<std::uint8_t>(payload[at]) & kMore) != 0) {
    if (payload.size() - at < kBlockHeader) return std::nullopt;
    const auto high = static_cast<std::uint8_t>(payload[at + 2]) & 0x03U;
    older += high << 8U | static_cast<std::uint8_t>(payload[at + 3]);
    at += kBlockHeader;
  }
  if (at == payload.size()) return std::nullopt;
  ++at;  // the header of the newest block is one byte
  if (payload.size() - at < older) return std::nullopt;
  return payload.substr(at + older);
}

void RewriteRed(std::span<char> payload, std::uint8_t type) {
  std::size_t at = 0;
  for (; (static_cast<std::uint8_t>(payload[at]) & kMore) != 0; at += kBlockHeader) {
    payload[at] = static_cast<char>(kMore | type);
  }
  payload[at] = static_cast<char>(type);
}

}  // namespace parley
