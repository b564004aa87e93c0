// Decodes the path of a request target.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

// The target up to its "?".
std::string_view PathOf(std::string_view target);

// The relative address of the root, as seen from this path: "./" for "/x", "../" for "/x/" and "/x/y".
std::string RelativeRoot(std::string_view path);

// Decodes each %XX of a path, once. Nothing if two hex digits do not follow a %, or if the path has a bare
// "\" (no URL has one, and some programs take it for a "/").
std::optional<std::string> DecodePath(std::string_view path);

// The name of the room whose page this decoded path is, "/room/<name>"; nothing if it is not such a path. A
// name is any UTF-8 without "/" and control characters, and not "." or "..", for which no browser asks.
std::optional<std::string_view> RoomOf(std::string_view decoded_path);

}  // namespace parley
