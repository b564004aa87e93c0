// Reads and writes what a room allows, as JSON. Private to the codec.

#pragma once

#include <optional>
#include <string_view>

#include "common/protocol/json_writer.h"
#include "common/protocol/request.h"

namespace parley::protocol {

// From an object. Unknown fields are ignored. Nothing where one of them is not a boolean.
std::optional<AllowChange> ReadAllow(std::string_view json);

// A key and an object with all four, or with those that are given.
void WriteAllow(JsonWriter& json, std::string_view key, const Allow& allow);
void WriteAllow(JsonWriter& json, std::string_view key, const AllowChange& change);

}  // namespace parley::protocol
