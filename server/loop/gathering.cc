#include "server/loop/gathering.h"

#include <algorithm>

namespace parley {
namespace {

// Of the flush's time: sending is then a fifth of the loop's, at the most, before messages share sends.
constexpr int kRest = 4;

}  // namespace

void Gathering::Flushed(std::uint64_t messages, MonotonicTime begin, MonotonicTime end) {
  const Duration rest = std::min((end - begin) * kRest, most_);
  const bool worth_it = messages > 0 && messages < kEnough && rest >= kLeast;
  rests_until_ = worth_it ? end + rest : end;
}

Duration Gathering::Rest(MonotonicTime now) const {
  return std::max(rests_until_ - now, Duration::zero());
}

}  // namespace parley
