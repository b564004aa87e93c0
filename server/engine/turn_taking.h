// TurnTaking tells apart two kinds of messages. A message is sent *in turn* if its author sent it right after
// their previous one had reached the others: the author waits for each message. All others are sent *freely*.
// Whether the loop may rest before it reads depends on that (server/loop/gathering.h). One thread.

#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace parley {

class TurnTaking {
 public:
  // Messages counted so far. The first message of each author is of neither kind.
  struct Count {
    std::uint64_t in_turn = 0;
    std::uint64_t freely = 0;
    std::uint64_t twice = 0;  // in one turn with the previous message of the author; also among `freely`
  };

  // How long after the turn of the previous message a message still is in turn.
  void SetPrompt(Duration prompt) { prompt_ = prompt; }
  // In the turn that began at `now`, others get a message. `previous`: when they got the author's previous
  // one; it is kept with the author.
  void Said(MonotonicTime& previous, MonotonicTime now) {
    if (previous == now) {
      ++count_.freely;
      ++count_.twice;
    } else if (previous != MonotonicTime()) {
      ++(now - previous <= prompt_ ? count_.in_turn : count_.freely);
    }
    previous = now;
  }

  [[nodiscard]] const Count& count() const { return count_; }

 private:
  Duration prompt_ = Duration::zero();
  Count count_;
};

}  // namespace parley
