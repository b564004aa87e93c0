// Runs ffmpeg as a child process at the lowest priority, so that a server beside it does not suffer.

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/io/signals.h"
#include "common/io/waker.h"

namespace parley {

// Catches SIGINT, SIGTERM and SIGHUP while it lives, so that work can stop and clean up.
class Interruption {
 public:
  Interruption() : signals_(waker_) {}
  // Whether one came, now or earlier.
  bool Came();
  // Readable once one came.
  [[nodiscard]] int descriptor() const { return waker_.descriptor(); }

 private:
  Waker waker_;
  Signals signals_;
  bool came_ = false;
};

// The program in PATH; nothing if there is none.
std::optional<std::filesystem::path> FindFfmpeg();

// Runs it in `folder` until it ends, and calls `progress` with how much of the video is made. True if it
// succeeded. Else `error` has the last line that it wrote, and it has been ended if an interruption came. The
// file `ffmpeg.log` in the folder has all that it wrote.
bool RunFfmpeg(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& folder, Interruption& interruption,
               const std::function<void(std::chrono::milliseconds)>& progress, std::string& error);

// What a line of -progress says about the time; nothing if it says something else.
std::optional<std::chrono::milliseconds> ProgressOf(const std::string& line);

}  // namespace parley
