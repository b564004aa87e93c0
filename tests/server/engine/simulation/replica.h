// Replica is what a client knows of the messages of a room, kept up to date as docs/protocol.md says.

#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/server/engine/simulation/state_history.h"

namespace parley::simulation {

class Replica {
 public:
  // A message, as an event or a reply has it. What is known already stays, if it is newer.
  void Put(protocol::Sequence seq, const std::string& text, const protocol::MessageState* state);
  void Apply(const protocol::MessageChanged& change) { Put(change.seq, change.text, &change.state); }
  // What came after this one comes again.
  void ForgetAfter(protocol::Sequence seq) { known_.erase(known_.upper_bound(seq), known_.end()); }
  void Clear() {
    known_.clear();
    rev_.reset();
  }

  // It has all changes up to this one; nothing: it may have missed some.
  [[nodiscard]] std::optional<protocol::Revision> rev() const { return rev_; }
  void SetRev(std::optional<protocol::Revision> rev) { rev_ = rev; }

  // Whether it is what the server had at its revision. `first`: the server keeps no older messages.
  void Check(const StateHistory& truth, const std::string& room, protocol::Sequence first) const;
  // The newest revision of a message that it was told.
  [[nodiscard]] protocol::Revision RevOf(protocol::Sequence seq) const;

 private:
  std::map<protocol::Sequence, Version> known_;
  std::optional<protocol::Revision> rev_;
};

}  // namespace parley::simulation
