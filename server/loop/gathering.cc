#include "server/loop/gathering.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// Of the flush's time: sending is then a fifth of the loop's, at the most, before messages share sends.
constexpr int kRest = 4;
// Of the flush's time: its own, and that of the turn that may have begun before the answer was there.
constexpr int kPrompt = 3;
// The share follows about so many messages.
constexpr std::uint64_t kMemory = 32;

}  // namespace

void Gathering::Flushed(const Sent& sent, MonotonicTime begin, MonotonicTime end) {
  if (sent.messages > 0) {
    // What was read after a rest may be sent a turn later: the log stores it in between.
    const bool rested = std::exchange(rested_, false);
    Learn(sent, rested);
    if (rested) Judge(sent);
    prompt_ = (end - begin) * kPrompt;
  }
  const Duration rest = std::min((end - begin) * kRest, max_);
  bool worth_it = sent.messages > 0 && sent.messages < kEnough && rest >= kLeast;
  if (worth_it) {
    worth_it = skipped_++ >= (free_share_ < kFreeShare ? kTrySeldom : skip_);
    if (worth_it) {
      skipped_ = 0;
      worth_it = ++rests_ % kListen != 0;
    }
  }
  rests_until_ = worth_it ? end + rest : end;
}

// A rest makes all messages late, so that they seem to be sent freely. Who sent two meanwhile does.
void Gathering::Learn(const Sent& sent, bool rested) {
  const auto pull = [&](std::uint64_t messages, double to) {
    for (auto n = std::min(messages, kMemory); n > 0; --n) free_share_ += (to - free_share_) / kMemory;
  };
  if (!rested) {
    pull(sent.in_turn, 0);
    pull(sent.freely, 1);
  } else if (sent.twice > 0) {
    free_share_ = std::max(free_share_, 2 * kFreeShare);
  }
}

void Gathering::Judge(const Sent& sent) {
  if (sent.messages > 1) {
    vain_ = 0;
    skip_ = 0;
  } else if (++vain_ >= kVainRests) {
    skip_ = vain_ - kVainRests < 8 ? 1U << (vain_ - kVainRests) : kMostSkipped;
  }
}

Duration Gathering::Rest(MonotonicTime now) {
  const Duration rest = std::max(rests_until_ - now, Duration::zero());
  rested_ = rested_ || rest > Duration::zero();
  return rest;
}

}  // namespace parley
