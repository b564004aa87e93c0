// Which messages of a room arrived, so that none is shown twice, and `since` skips none.
//
// A room's sequence has no holes, but one's own messages arrive as `ok` and may overtake or be overtaken:
// what was seen is everything up to contiguous(), and some numbers above.

#pragma once

#include <set>

#include "common/protocol/request.h"

namespace parley::client {

class SeenSequences {
 public:
  // False where `sequence` was seen before.
  bool Add(protocol::Sequence sequence);
  // Everything up to `sequence` counts as seen (it was, or it is no longer kept).
  void SkipTo(protocol::Sequence sequence);
  // Nothing was seen: the room's log began anew.
  void Clear();

  // Everything up to this one was seen: what `since` takes.
  [[nodiscard]] protocol::Sequence contiguous() const { return contiguous_; }

 private:
  void Absorb();

  protocol::Sequence contiguous_ = 0;
  std::set<protocol::Sequence> ahead_;  // all of them above contiguous_ + 1
};

}  // namespace parley::client
