#include "tests/support/server_process.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/deadline.h"
#include "tests/support/unique_fd.h"

namespace parley::test {
namespace {

bool Names(const std::vector<std::string>& options, const std::string& name) {
  return std::ranges::find(options, name) != options.end();
}

bool OnDisk() {
  return std::getenv("PARLEY_TEST_ON_DISK") != nullptr;
}

std::vector<std::string> Command(const std::vector<std::string>& options,
                                 std::optional<TemporaryFolder>& data) {
  std::vector<std::string> command{ChatServerPath(), "--plain", "127.0.0.1:0"};
  if (!Names(options, "--data") && OnDisk()) {
    data.emplace();
    command.insert(command.end(), {"--data", data->path().string()});
  } else if (!Names(options, "--data")) {
    command.emplace_back("--memory");
  }
  if (!Names(options, "--tls")) command.insert(command.end(), {"--tls", "127.0.0.1:0"});
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

std::uint16_t PortOf(const std::string& ready_line, const std::string& door) {
  const std::size_t port_begins = ready_line.rfind(':') + 1;
  const char* const end = ready_line.data() + ready_line.size();
  std::uint16_t port = 0;
  if (!ready_line.starts_with(door + " ") ||
      std::from_chars(ready_line.data() + port_begins, end, port).ec != std::errc()) {
    throw Failure("not a ready line: " + ready_line);
  }
  return port;
}

}  // namespace

std::string ChatServerPath() {
  return PARLEY_CHAT_SERVER;
}

std::uint16_t LastingPort() {
  constexpr std::uint16_t kFirst = 10'000, kCount = 20'000;
  for (unsigned attempt = 0; attempt < kCount; ++attempt) {
    const auto port =
        static_cast<std::uint16_t>(kFirst + (static_cast<unsigned>(::getpid()) * 7 + attempt) % kCount);
    const UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return port;
  }
  throw Failure("there is no free port");
}

ServerProcess::ServerProcess(const std::vector<std::string>& options, const Environment& environment)
    : process_(Command(options, data_), environment), port_(PortOf(process_.out().TakeLine(), "plain")) {
  if (!Names(options, "--tls")) tls_port_ = PortOf(process_.out().TakeLine(), "tls");
}

int ServerProcess::Stop() {
  process_.Signal(SIGTERM);
  return process_.WaitForExit();
}

std::chrono::nanoseconds ServerProcess::ProcessorTime() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process_.pid(), &clock) != 0 || clock_gettime(clock, &used) != 0) {
    throw Failure("the server's processor time can't be read");
  }
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::size_t ServerProcess::ResidentBytes() const {
  std::ifstream file("/proc/" + std::to_string(process_.pid()) + "/statm");
  std::size_t all = 0, resident = 0;
  if (!(file >> all >> resident)) throw Failure("the server's memory can't be read");
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t ServerProcess::Descriptors() const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(process_.pid()) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace parley::test
