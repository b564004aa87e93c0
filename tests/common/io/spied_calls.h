// Stands between the code under test and the system: what select() was called with, and failures where a test
// asks for them.

#pragma once

#include <sys/time.h>

#include <optional>

namespace parley {

struct SpiedCalls {
  int select_descriptors = 0;             // the first argument of the last call
  std::optional<timeval> select_timeout;  // of the last call
  std::optional<int> next_select_count;   // what the next call returns instead of its count
  int next_select_error = 0;              // errno of the next call, which then does nothing
  int next_pipe_error = 0;
};

// The calling thread's own.
SpiedCalls& Spy();

}  // namespace parley
