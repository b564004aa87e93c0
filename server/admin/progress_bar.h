// ProgressBar shows the progress of a long task on one line of the terminal (stderr), which it rewrites. If
// stderr is not a terminal, it shows nothing.

#pragma once

#include <chrono>
#include <string>

#include "common/base/clock.h"

namespace parley {

// `[##########          ] 50 %, about 2 min left`. `spent`: the time that `done` has taken.
std::string ProgressText(std::chrono::milliseconds done, std::chrono::milliseconds all, Duration spent);

class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();  // clears the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(std::chrono::milliseconds done, std::chrono::milliseconds all);

 private:
  bool terminal_;
  MonotonicTime begin_;
  std::string shown_;
};

}  // namespace parley
