// Chain computes the hash of all batches that a server has applied, and compares it with the hashes that the
// batches of other servers carry. Two servers with the same hash at a revision have applied the same batches.

#pragma once

#include <deque>
#include <optional>
#include <string>

#include "server/cluster/order.h"

namespace parley::cluster {

// Kept on the disk: the last batch that the server has applied, and the hash before it. After a restart the
// server uses both to check that the order still has the same batch.
struct ChainState {
  Position applied;
  std::string before = Position{}.hash;

  bool operator==(const ChainState&) const = default;
};

// The hash after `batch`, where `before` is the one before it.
std::string HashAfter(const std::string& before, const OrderedBatch& batch);

class Chain {
 public:
  explicit Chain(ChainState state);

  // Compares what the batch says of its writer, and adds it. On a difference it returns what is wrong, for
  // the operator, and adds nothing: the owner must not apply the batch, nor any after it.
  //
  // The writer's position is compared if this server still knows its own hash at that revision. It knows the
  // newest limits::kClusterHashes of them, and none from before its start.
  [[nodiscard]] std::optional<std::string> Add(const OrderedBatch& batch);
  [[nodiscard]] const ChainState& state() const { return state_; }

 private:
  ChainState state_;
  std::deque<Position> known_;  // by revision; the last one is the present one
};

}  // namespace parley::cluster
