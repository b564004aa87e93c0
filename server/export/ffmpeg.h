// Runs ffmpeg as a child process at the lowest priority, so that it does not slow down a server.

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
  // Whether a signal has come, now or earlier.
  bool Came();
  // Readable once a signal has come.
  [[nodiscard]] int descriptor() const { return waker_.descriptor(); }

 private:
  Waker waker_;
  Signals signals_;
  bool came_ = false;
};

// The program in PATH; nothing if there is none.
std::optional<std::filesystem::path> FindFfmpeg();

// Runs `program` in `folder` until it ends, and calls `progress` with the length of the video so far. Kills
// it if an interruption comes. True if it succeeded; otherwise `error` has the reason or its last line. The
// file `ffmpeg.log` in the folder has all its lines.
bool RunFfmpeg(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& folder, Interruption& interruption,
               const std::function<void(std::chrono::milliseconds)>& progress, std::string& error);

// The time in a line of -progress; nothing if the line is about something else.
std::optional<std::chrono::milliseconds> ProgressOf(const std::string& line);

}  // namespace parley
