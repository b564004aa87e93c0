// Reads and writes a batch as the store has it: as the value of a key, which holds the newest batch of one
// incarnation.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/cluster/order.h"

namespace parley::cluster {

// Whether a cluster or a server may have this name: 1 to 64 ASCII letters, digits, '.', '_' and '-'. The name
// is part of keys, in which '/' separates the parts.
bool IsClusterName(std::string_view name);

// `SERVER/NUMBER`, with the number as 20 digits: what follows the cluster's prefix in a key.
std::string KeyOf(const Incarnation& writer);
std::optional<Incarnation> ReadKey(std::string_view key);

// A line with the version of this form, the writer's revision and its hash; then the commands.
std::string WriteBatch(const Position& applied, std::string_view commands);
// The key says whose batch it is. Nothing if this version does not understand the value.
struct BatchText {
  Position applied;
  std::string_view commands;  // in the value
};
std::optional<BatchText> ReadBatch(std::string_view value);

// Reads a whole number without sign, and nothing else.
std::optional<std::uint64_t> ReadNumber(std::string_view digits);

}  // namespace parley::cluster
