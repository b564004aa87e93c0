#include "client/ui/bell.h"

#include <algorithm>
#include <chrono>

namespace parley::client {
namespace {

constexpr std::chrono::seconds kPause{1};

}  // namespace

bool Bell::RingsFor(const std::vector<Notice>& notices, MonotonicTime now) {
  if (!on_ || std::ranges::none_of(notices, &Notice::rings)) return false;
  if (rang_ && now - *rang_ < kPause) return false;
  rang_ = now;
  return true;
}

}  // namespace parley::client
