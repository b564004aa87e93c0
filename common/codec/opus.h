// Reads how long an Opus packet sounds (RFC 6716, section 3), and has packets of silence.

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace parley {

// Nothing if it is not an Opus packet.
std::optional<std::chrono::microseconds> DurationOfOpus(std::string_view packet);

// A packet that sounds for 20 ms, and the shortest one that Opus has, of 2.5 ms.
inline constexpr std::string_view kOpusSilence = "\xF8\xFF\xFE";
inline constexpr std::string_view kShortOpusSilence = "\xE0\xFF\xFE";

}  // namespace parley
