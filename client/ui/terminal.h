// Terminal is a person's terminal: a line is edited at the prompt (GNU readline) while messages are printed
// above it.
//
// Readline has one state per process, so there is at most one Terminal. Owned by TerminalMode; one thread.
// Only this file's implementation sees readline.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/io/waker.h"

namespace parley::client {

class Terminal {
 public:
  // Returns the completions of `word`. `line_begins`: nothing is before it.
  using Complete = std::function<std::vector<std::string>(std::string_view word, bool line_begins)>;

  // Shows the prompt. `waker` is woken when the window changes its size; then call Resize. Both must outlive
  // this object.
  Terminal(Waker& waker, Complete complete);
  ~Terminal();  // gives the terminal back as it was
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Standard input is readable.
  void Read();
  // A line that was entered, the oldest first.
  std::optional<std::string> TakeLine();
  // Ctrl-D on an empty line, Ctrl-C twice on one, or the terminal is gone.
  [[nodiscard]] bool ended() const { return ended_; }

  // Whole lines, each with its newline, above the prompt; what is being typed stays as it is.
  void Print(std::string_view lines);
  // The terminal's bell.
  void Ring();
  // Shows a text before the prompt, or none if it is empty. The typed text stays.
  void ShowStatus(const std::string& status);
  // Takes up the new size, if the window has changed it.
  void Resize();
  // Takes the prompt away and gives the terminal back as it was; no line is read any more.
  void Leave();

 private:
  static void OnLine(char* line);
  static int OnInterrupt(int count, int key);
  static int OnSuspend(int count, int key);
  static void Prepare(int meta);
  static char** OnComplete(const char* word, int start, int end);

  void SetUpReadline();

  Complete complete_;
  std::vector<std::string> lines_;
  std::string status_;
  bool ended_ = false;
  bool prompting_ = false;
};

// Makes the process's characters UTF-8, which is what the protocol speaks: the user's locale, or where that
// has none but ASCII, C.UTF-8.
void SetUpLocale();

}  // namespace parley::client
