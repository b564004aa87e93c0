// The form of a batch in the store: the value of a key, which holds the newest batch of one incarnation.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/cluster/order.h"

namespace parley::cluster {

// Whether a cluster or a server may have this name: 1 to 64 letters, digits, '.', '_' and '-' of ASCII. The
// name is a part of keys, where '/' separates.
bool IsClusterName(std::string_view name);

// `SERVER/NUMBER`, with the number as 20 digits: what follows the cluster's prefix in a key.
std::string KeyOf(const Incarnation& writer);
std::optional<Incarnation> ReadKey(std::string_view key);

// A line with the version of this form, the writer's revision and its hash; then the commands.
std::string WriteBatch(const Position& applied, std::string_view commands);
// Whose batch it is stands in the key. Nothing if this version does not understand the value.
struct BatchText {
  Position applied;
  std::string_view commands;  // in the value
};
std::optional<BatchText> ReadBatch(std::string_view value);

// Reads a whole number without sign, and nothing else.
std::optional<std::uint64_t> ReadNumber(std::string_view digits);

}  // namespace parley::cluster
