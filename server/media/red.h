// Reads and rewrites RED (RFC 2198), in which browsers repeat earlier packets of a voice. Each block has the
// payload type of its sender, and a receiver has another one.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace parley {

// The newest block of the payload: what the packet would carry without RED. Nothing if it is malformed.
std::optional<std::string_view> NewestRedBlock(std::string_view payload);

// Writes `type` over the payload type of each block. The payload has a newest block.
void RewriteRed(std::span<char> payload, std::uint8_t type);

}  // namespace parley
