// Reads the duration of an Opus packet (RFC 6716, section 3), and defines packets of silence.

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace parley {

// Nothing if it is not an Opus packet.
std::optional<std::chrono::microseconds> DurationOfOpus(std::string_view packet);

// Silence of 20 ms, and of 2.5 ms, the shortest duration of an Opus packet.
inline constexpr std::string_view kOpusSilence = "\xF8\xFF\xFE";
inline constexpr std::string_view kShortOpusSilence = "\xE0\xFF\xFE";

}  // namespace parley
