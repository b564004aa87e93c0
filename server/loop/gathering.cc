#include "server/loop/gathering.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// Of the flush's time: sending is then a fifth of the loop's, at the most, before messages share sends.
constexpr int kRest = 4;

}  // namespace

void Gathering::Flushed(std::uint64_t messages, MonotonicTime begin, MonotonicTime end) {
  // What was read after a rest may be sent a turn later: the log stores it in between.
  if (messages > 0 && std::exchange(rested_, false)) Judge(messages);
  const Duration rest = std::min((end - begin) * kRest, most_);
  bool worth_it = messages > 0 && messages < kEnough && rest >= kLeast;
  if (worth_it && skip_ > 0) {
    --skip_;
    worth_it = false;
  }
  rests_until_ = worth_it ? end + rest : end;
}

void Gathering::Judge(std::uint64_t messages) {
  if (messages > 1) {
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
