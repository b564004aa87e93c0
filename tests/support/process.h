// A child process with pipes at its stdin, stdout and stderr. The test that made it owns it; its destructor
// kills the child, and so does the death of the test. A thread for each of stdout and stderr reads what
// comes, so that the child never waits for a test that looks elsewhere.

#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/unique_fd.h"

namespace parley::test {

// What a child writes to one of its streams. Any thread may ask.
class Output {
 public:
  // `errors`: the child's stderr, where this is its stdout. A failure tells what is there.
  explicit Output(UniqueFd pipe, Output* errors = nullptr);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // The next line that was not taken yet, without its newline; throws Failure where none comes.
  std::string TakeLine();
  // Takes lines up to and with the first that contains `part`.
  std::string TakeLineWith(std::string_view part);
  // Waits until the child has closed the stream, and takes all that is left.
  std::string TakeAll();

 private:
  void Read();
  // Waits like TakeAll, but takes nothing, and never throws.
  std::string WhatCame();

  UniqueFd pipe_;
  Output* errors_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;  // not taken yet
  bool ended_ = false;
  std::thread reader_;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

class Process {
 public:
  // `command` begins with the program's path. The environment is the test's own without PARLEY_…, and
  // with `environment` set in it.
  explicit Process(const std::vector<std::string>& command, const Environment& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  Output& out() { return *out_; }
  Output& err() { return *err_; }

  void Write(std::string_view bytes);  // to its stdin
  void CloseStdin() { stdin_.Close(); }

  // Does nothing where the child has ended.
  void Signal(int number);
  // The exit status, or 128 and the signal that ended it, as a shell has it. Throws Failure where it lives
  // on.
  int WaitForExit();

 private:
  void WatchForExit();

  pid_t pid_ = -1;
  UniqueFd stdin_;
  std::unique_ptr<Output> err_, out_;
  std::mutex mutex_;
  std::condition_variable exited_;
  int status_ = -1;  // -1: lives
  std::thread watcher_;
};

}  // namespace parley::test
