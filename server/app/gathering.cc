#include "server/app/gathering.h"

#include <algorithm>

namespace parley {
namespace {

// Of the flush's time: sending is then a fifth of the loop's, at the most, before messages share sends.
constexpr int kRest = 4;

}  // namespace

void Gathering::Flushed(std::uint64_t messages, MonotonicTime begin, MonotonicTime end) {
  rests_until_ = end;
  if (messages > 0 && messages < kEnough) rests_until_ += std::min((end - begin) * kRest, most_);
}

Duration Gathering::Rest(MonotonicTime now) const {
  const Duration rest = rests_until_ - now;
  return rest < kLeast ? Duration::zero() : rest;
}

}  // namespace parley
