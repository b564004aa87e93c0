#include "server/export/ffmpeg.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

#include "common/base/platform.h"
#include "common/io/selector.h"
#include "server/data/data_folder.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLog = "ffmpeg.log";
constexpr int kCannotStart = 127;

// Runs in the child, between fork and exec, so it makes only system calls.
[[noreturn]] void Become(char* const* arguments, const char* folder, int log, int output) {
  EndWithParent();
  ::setpriority(PRIO_PROCESS, 0, 19);
  ::umask(077);
  ::signal(SIGPIPE, SIG_DFL);
  // ffmpeg opens all files at the same time.
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
      ::dup2(log, STDERR_FILENO) >= 0 && ::chdir(folder) == 0) {
    ::execv(arguments[0], arguments);
  }
  ::_exit(kCannotStart);
}

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }
  void Close() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

std::string LastLineOf(const fs::path& log) {
  std::istringstream text(ReadFile(log).value_or(""));
  std::string last;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

// Reads the output of the child until it ends, or until an interruption comes.
void Watch(int output, Interruption& interruption,
           const std::function<void(std::chrono::milliseconds)>& progress) {
  std::string line;
  std::array<char, 4096> bytes{};
  Selector selector;
  selector.Watch(output, true, false);
  selector.Watch(interruption.descriptor(), true, false);
  while (true) {
    const auto ready = selector.Wait(std::nullopt);
    if (interruption.Came()) return;
    if (std::ranges::find(ready, output, &Selector::Ready::descriptor) == ready.end()) continue;
    const ssize_t got = ::read(output, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(got))) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (const auto time = ProgressOf(line)) progress(*time);
      line.clear();
    }
  }
}

}  // namespace

bool Interruption::Came() {
  const bool stop = Signals::TakeStop();
  const bool hangup = Signals::TakeReload();
  came_ = came_ || stop || hangup;
  return came_;
}

std::optional<fs::path> FindFfmpeg() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path program = fs::path(folder) / "ffmpeg";
    if (!folder.empty() && ::access(program.c_str(), X_OK) == 0) return fs::absolute(program);
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> ProgressOf(const std::string& line) {
  constexpr std::string_view kTime = "out_time_us=";
  if (!line.starts_with(kTime)) return std::nullopt;
  std::int64_t time = 0;
  const char* end = line.data() + line.size();
  if (std::from_chars(line.data() + kTime.size(), end, time).ec != std::errc()) return std::nullopt;
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::microseconds(time));
}

bool RunFfmpeg(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& folder,
               Interruption& interruption, const std::function<void(std::chrono::milliseconds)>& progress,
               std::string& error) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), program.string());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const fs::path log_path = folder / kLog;
  const Descriptor log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::array<int, 2> pipe{-1, -1};
  if (log.get() < 0 || ::pipe(pipe.data()) != 0) {
    error = std::strerror(errno);
    return false;
  }
  const Descriptor output(pipe[0]);
  Descriptor input(pipe[1]);
  for (const int end : pipe) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  const pid_t child = ::fork();
  if (child == 0) Become(pointers.data(), folder.c_str(), log.get(), input.get());
  if (child < 0) {
    error = std::strerror(errno);
    return false;
  }
  input.Close();
  Watch(output.get(), interruption, progress);
  if (interruption.Came()) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (interruption.Came()) {
    error = "it was interrupted";
    return false;
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  error = WIFSIGNALED(status) ? "it was ended by signal " + std::to_string(WTERMSIG(status))
                              : LastLineOf(log_path);
  if (error.empty()) error = "it ended with status " + std::to_string(WEXITSTATUS(status));
  return false;
}

}  // namespace parley
