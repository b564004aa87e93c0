#include "server/cluster/chain.h"

#include <algorithm>
#include <utility>

#include "common/base/cluster_limits.h"
#include "common/base/sha256.h"
#include "server/cluster/batch_text.h"

namespace parley::cluster {

std::string HashAfter(const std::string& before, const OrderedBatch& batch) {
  Sha256 hash;
  hash.Add(before);
  hash.Add(std::to_string(batch.revision));
  // No other part is as long as it likes, so that two different batches cannot give the same bytes.
  hash.Add(" " + KeyOf(batch.batch.writer) + " " + std::to_string(batch.batch.counter) + " ");
  hash.Add(WriteBatch(batch.batch.applied, batch.batch.commands));
  return hash.Finish();
}

Chain::Chain(ChainState state) : state_(std::move(state)), known_{state_.applied} {
}

std::optional<std::string> Chain::Add(const OrderedBatch& batch) {
  const Position& theirs = batch.batch.applied;
  if (theirs.revision >= known_.front().revision) {
    const auto own = std::ranges::lower_bound(known_, theirs.revision, {}, &Position::revision);
    if (own == known_.end() || *own != theirs) {
      return "this server and the server '" + batch.batch.writer.server +
             "' have applied different batches up to revision " + std::to_string(theirs.revision) +
             ". Find out which of the two differs from the others, and replace its data with a copy of "
             "theirs.";
    }
  }
  state_.before = std::exchange(state_.applied.hash, HashAfter(state_.applied.hash, batch));
  state_.applied.revision = batch.revision;
  known_.push_back(state_.applied);
  if (known_.size() > limits::kClusterHashes) known_.pop_front();
  return std::nullopt;
}

}  // namespace parley::cluster
