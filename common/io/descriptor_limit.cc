#include "common/io/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace parley {

std::size_t RaiseDescriptorLimit() {
  constexpr rlim_t kMost = 1'000'000;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;  // what every system has
  const rlim_t wanted = std::min(limit.rlim_max, kMost);
  if (limit.rlim_cur < wanted) {
    rlimit raised = limit;
    raised.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(std::min(limit.rlim_cur, kMost));
}

}  // namespace parley
