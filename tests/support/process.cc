#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "tests/support/deadline.h"

extern char** environ;

namespace parley::test {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    read = UniqueFd(ends[0]);
    write = UniqueFd(ends[1]);
  }
  UniqueFd read, write;
};

std::vector<std::string> ChildEnvironment(const Environment& added) {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view own = *variable;
    const auto replaces = [&](const auto& one) { return own.starts_with(one.first + "="); };
    if (!own.starts_with("PARLEY_") && std::ranges::none_of(added, replaces)) result.emplace_back(own);
  }
  for (const auto& [name, value] : added) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, between fork and exec: nothing here may allocate, since the test has threads.
[[noreturn]] void BecomeProgram(const std::array<int, 3>& streams, char** arguments, char** environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_DFL);
  for (int i = 0; i < 3; ++i) dup2(streams[static_cast<std::size_t>(i)], i);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

Output::Output(UniqueFd pipe, Output* errors)
    : pipe_(std::move(pipe)), errors_(errors), reader_([this] { Read(); }) {
}

Output::~Output() {
  reader_.join();
}

void Output::Read() {
  std::array<char, 16384> chunk;
  while (true) {
    const ssize_t count = read(pipe_.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    const std::lock_guard lock(mutex_);
    if (count > 0) bytes_.append(chunk.data(), static_cast<std::size_t>(count));
    ended_ = count <= 0;
    changed_.notify_all();
    if (ended_) return;
  }
}

std::string Output::TakeLine() {
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_until(lock, Deadline().end(),
                                        [this] { return ended_ || bytes_.find('\n') != std::string::npos; });
  const std::size_t end = bytes_.find('\n');
  if (end == std::string::npos) {
    std::string what = (came ? "the output ended" : "no line came") + ("; the last bytes are: " + bytes_);
    if (came && errors_ != nullptr) what += "; its errors are: " + errors_->WhatCame();
    throw Failure(what);
  }
  std::string line = bytes_.substr(0, end);
  bytes_.erase(0, end + 1);
  return line;
}

std::string Output::TakeLineWith(std::string_view part) {
  while (true) {
    std::string line = TakeLine();
    if (line.find(part) != std::string::npos) return line;
  }
}

std::string Output::TakeAll() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, Deadline().end(), [this] { return ended_; })) {
    throw Failure("the output did not end; it has: " + bytes_);
  }
  return std::exchange(bytes_, {});
}

std::string Output::WhatCame() {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, Deadline().end(), [this] { return ended_; });
  return bytes_;
}

Process::Process(const std::vector<std::string>& command, const Environment& environment) {
  signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables = ChildEnvironment(environment);
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> variable_pointers = Pointers(variables);
  Pipe in, out, err;
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    BecomeProgram({in.read.get(), out.write.get(), err.write.get()},
                  const_cast<char**>(argument_pointers.data()), const_cast<char**>(variable_pointers.data()));
  }
  stdin_ = std::move(in.write);
  err_ = std::make_unique<Output>(std::move(err.read));
  out_ = std::make_unique<Output>(std::move(out.read), err_.get());
  watcher_ = std::thread([this] { WatchForExit(); });
}

Process::~Process() {
  Signal(SIGKILL);
  watcher_.join();
}

void Process::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(stdin_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Failure(std::string("can't write to the child: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Process::Signal(int number) {
  const std::lock_guard lock(mutex_);
  if (status_ < 0) kill(pid_, number);
}

int Process::WaitForExit() {
  std::unique_lock lock(mutex_);
  if (!exited_.wait_until(lock, Deadline().end(), [this] { return status_ >= 0; })) {
    throw Failure("the child did not exit");
  }
  return status_;
}

// Waits without reaping first: the pid stays the child's until `status_` says that it is gone, so that
// Signal() never reaches a stranger.
void Process::WatchForExit() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  exited_.notify_all();
}

}  // namespace parley::test
