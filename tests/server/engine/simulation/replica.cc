#include "tests/server/engine/simulation/replica.h"

#include <utility>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

void Replica::Put(protocol::Sequence seq, const std::string& text, const protocol::MessageState* state) {
  Version version(text, state);
  const auto [known, is_new] = known_.try_emplace(seq, version);
  if (!is_new && version.state.rev > known->second.state.rev) known->second = std::move(version);
}

void Replica::Check(const StateHistory& truth, const std::string& room, protocol::Sequence first) const {
  if (!rev_) return;
  for (auto known = known_.lower_bound(first); known != known_.end(); ++known) {
    const Version* const version = truth.AsOf(room, known->first, *rev_);
    Require(version == nullptr || *version == known->second,
            "a client that came back knows what the server knows", known->second.text);
  }
}

protocol::Revision Replica::RevOf(protocol::Sequence seq) const {
  const auto known = known_.find(seq);
  return known == known_.end() ? 0 : known->second.state.rev;
}

}  // namespace parley::simulation
