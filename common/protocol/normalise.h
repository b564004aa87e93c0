// Normalises texts by the tables of utf8proc. Private to this folder.

#pragma once

#include <utf8proc.h>

#include <optional>
#include <string>
#include <string_view>

namespace parley::protocol {

inline constexpr int kNfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
inline constexpr int kNfkcCasefold = kNfc | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

// Nothing if `text` is not UTF-8.
std::optional<std::string> Normalise(std::string_view text, int options);

}  // namespace parley::protocol
