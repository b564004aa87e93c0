#include "client/link/backoff.h"

#include <algorithm>

namespace parley::client {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{200};
// With the jitter's quarter on top: 10 s.
constexpr milliseconds kLongest{8000};
constexpr int kDoublings = 6;  // beyond, the longest is reached anyway

}  // namespace

Duration Backoff::Next() {
  const milliseconds middle = std::min(kFirst * (1 << tries_), kLongest);
  tries_ = std::min(tries_ + 1, kDoublings);
  const double spread = 0.75 + random_() / 2;
  return std::chrono::duration_cast<Duration>(spread * middle);
}

}  // namespace parley::client
