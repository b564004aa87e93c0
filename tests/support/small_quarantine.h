// For tests that look at the memory of a server, under sanitizers too.

#pragma once

#include <cstdlib>
#include <string>

#include "tests/support/process.h"

namespace parley::test {

// A sanitizer is to hold back little of what was freed, and to give the rest back soon: memory would grow
// until it has all that it likes to keep.
inline Environment SmallQuarantine() {
  const char* const given = std::getenv("ASAN_OPTIONS");
  return {{"ASAN_OPTIONS", (given == nullptr ? "" : std::string(given) + ":") +
                               "quarantine_size_mb=8:allocator_release_to_os_interval_ms=500"}};
}

}  // namespace parley::test
