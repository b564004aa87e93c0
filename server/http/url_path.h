// The path of a request target, as the name that it is.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

// The target up to its "?".
std::string_view PathOf(std::string_view target);

// The relative address of the root, as seen from this path: "./" for "/x", "../" for "/x/" and "/x/y".
std::string RelativeRoot(std::string_view path);

// A path with its %XX put as the bytes they are, once; nothing where a % is not followed by two hex digits,
// or where a "\" stands in it as it is (no URL has one, and some take it for a "/").
std::optional<std::string> DecodePath(std::string_view path);

// The name of the room whose page this decoded path is, "/room/<name>"; nothing where it is none. Any UTF-8
// without "/" and control characters, and not "." or "..", which no browser would ask for as they are.
std::optional<std::string_view> RoomOf(std::string_view decoded_path);

}  // namespace parley
