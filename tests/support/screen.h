// A program on a terminal: a real one (tmux), whose screen is looked at as a person would.

#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/process.h"

namespace parley::test {

// Says how the program given as its arguments ended, and keeps the terminal: whether a pane's program has
// ended, and how, tmux itself now and then never learns when its end and SIGCHLD come at once.
inline constexpr const char* kTellTheEnd = R"("$@"; printf '\nended with %s.\n' $?; exec cat)";

// A terminal of its own with one program in it.
class Screen {
 public:
  Screen(const std::vector<std::string>& command, const Environment& environment)
      : folder_(MakeFolder()), tmux_(Command({"-f", "/dev/null", "-D"}), environment) {
    while (Run({"set-option", "-g", "status", "off"}) != 0) Pause();  // until tmux is there
    std::vector<std::string> session{"new-session", "-d", "-x", "60",        "-y",
                                     "24",          "sh", "-c", kTellTheEnd, "sh"};
    session.insert(session.end(), command.begin(), command.end());
    Run(session);
  }
  ~Screen() {
    tmux_.Signal(SIGTERM);
    tmux_.WaitForExit();
    std::filesystem::remove_all(folder_);
  }

  // Text as it is.
  void Type(const std::string& text) { Run({"send-keys", "-l", text}); }
  // Keys by name: Enter, BSpace, Left, Tab, C-c.
  void Press(const std::vector<std::string>& keys) {
    std::vector<std::string> arguments{"send-keys"};
    arguments.insert(arguments.end(), keys.begin(), keys.end());
    Run(arguments);
  }
  void Enter(const std::string& line) {
    Type(line);
    Press({"Enter"});
  }
  void Resize(int width) { Run({"resize-window", "-x", std::to_string(width)}); }

  // Lines that are not empty, without trailing space. With `escapes`, what makes colours is left in.
  std::vector<std::string> Lines(bool escapes = false) {
    std::vector<std::string> arguments{"capture-pane", "-p"};
    if (escapes) arguments.emplace_back("-e");
    std::istringstream text(Output(arguments));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      if (!line.empty()) lines.push_back(line);
    }
    return lines;
  }
  // Waits until the screen is as it should be, and returns it.
  std::vector<std::string> WaitFor(const std::function<bool(const std::vector<std::string>&)>& good) {
    const Deadline deadline;
    while (true) {
      std::vector<std::string> lines = Lines();
      if (good(lines)) return lines;
      if (deadline.MillisecondsLeft() == 0) throw Failure("the screen is:\n" + Joined(lines));
      Pause();
    }
  }
  std::vector<std::string> WaitForLine(const std::string& part) {
    return WaitFor(
        [&](const std::vector<std::string>& lines) { return Joined(lines).find(part) != std::string::npos; });
  }
  // The last lines, from the prompt on.
  std::vector<std::string> WaitForPrompt(const std::string& prompt) {
    return WaitFor(
        [&](const std::vector<std::string>& lines) { return !lines.empty() && lines.back() == prompt; });
  }
  // The exit status of the program, once it has ended.
  int WaitForExit() {
    const std::string words = "ended with ";
    const std::string last =
        WaitFor([&](const std::vector<std::string>& lines) {
          return !lines.empty() && lines.back().starts_with(words) && lines.back().ends_with('.');
        }).back();
    return std::stoi(last.substr(words.size()));
  }

 private:
  static std::filesystem::path MakeFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "parley-tmux-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  static std::string Joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  // The screen can only be looked at again and again.
  static void Pause() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

  std::vector<std::string> Command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{"/usr/bin/env", "tmux", "-u", "-S", folder_ / "socket"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }
  int Run(const std::vector<std::string>& arguments) { return Process(Command(arguments)).WaitForExit(); }
  std::string Output(const std::vector<std::string>& arguments) {
    return Process(Command(arguments)).out().TakeAll();
  }

  std::filesystem::path folder_;
  Process tmux_;
};

}  // namespace parley::test
