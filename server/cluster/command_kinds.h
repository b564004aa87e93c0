// Defines the version of the text form of commands, and the names of their kinds (command_text.h).

#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include "server/model/change.h"

namespace parley::cluster {

inline constexpr std::uint64_t kCommandVersion = 1;
inline constexpr std::string_view kMessageKind = "message";
inline constexpr std::string_view kModerateKind = "moderate";
// In the order of the alternatives of Change::what.
inline constexpr std::array<std::string_view, 5> kChangeKinds{"edit", "delete", "react", "vote",
                                                              "close_poll"};
static_assert(kChangeKinds.size() == std::variant_size_v<decltype(Change::what)>);

}  // namespace parley::cluster
