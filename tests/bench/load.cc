// A server under load: connects members to one room, lets some of them send, checks every delivery (all of
// them, in order, none twice), and prints one row: what a delivery cost the server, and how long it took.
//
//   load [--dialect lines] [--members 100] [--senders 10] [--messages 1000] [--window 1 | --rate R] …
//
// Without --port it starts chat_server itself, with --server-option OPTION (again for more) besides its own.
// --port PORT --pid PID: a server that runs already.
// --window N: messages of each sender under way at once; 1 is "in turns", many are "flat out".
// --rate R: messages a second of all senders together, whatever is under way.
// --wake: with a rate, each member who is no sender says one message, after a long silence.
// --idle N: so many more connections, in another room, silent.
// --tls: chat_server's TLS door.
// --bytes N: of a text (64).
// --system-calls FILE: runs chat_server under `strace -D -c`, whose table goes to FILE; times are worthless.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "tests/bench/load_run.h"
#include "tests/bench/program.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"

namespace parley::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  Workload workload;
  std::string dialect = "lines";
  bool tls = false;
  std::uint16_t port = 0;  // 0: starts chat_server
  pid_t pid = 0;
  std::vector<std::string> server_options;
  std::string system_calls;
};

void Read(Options& options, const std::string& name, const std::string& value) {
  Workload& workload = options.workload;
  if (name == "--dialect") {
    options.dialect = value;
  } else if (name == "--members") {
    workload.members = std::stoul(value);
  } else if (name == "--senders") {
    workload.senders = std::stoul(value);
  } else if (name == "--idle") {
    workload.idle = std::stoul(value);
  } else if (name == "--messages") {
    workload.messages = std::stoul(value);
  } else if (name == "--window") {
    workload.window = std::stoul(value);
  } else if (name == "--rate") {
    workload.rate = std::stod(value);
  } else if (name == "--bytes") {
    workload.bytes = std::stoul(value);
  } else if (name == "--port") {
    options.port = static_cast<std::uint16_t>(std::stoul(value));
  } else if (name == "--pid") {
    options.pid = std::stoi(value);
  } else if (name == "--server-option") {
    options.server_options.push_back(value);
  } else if (name == "--system-calls") {
    options.system_calls = value;
  } else {
    throw std::runtime_error("there is no option " + name);
  }
}

Options ReadOptions(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--tls") {
      options.tls = true;
    } else if (arguments[i] == "--wake") {
      options.workload.wake = true;
    } else if (i + 1 == arguments.size()) {
      throw std::runtime_error("no value stands after " + arguments[i]);
    } else {
      Read(options, arguments[i], arguments[i + 1]);
      ++i;
    }
  }
  options.workload.senders = std::min(options.workload.senders, options.workload.members);
  return options;
}

// --- The server ---

// All threads that it has, and those that it had.
double ProcessorSeconds(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    throw std::runtime_error("the server's processor time can't be read");
  }
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::size_t ResidentBytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::vector<std::string> ServerCommand(const Options& options) {
  std::vector<std::string> command;
  if (!options.system_calls.empty())
    command = {"/usr/bin/strace", "-D", "-f", "-c", "-o", options.system_calls};
  command.insert(command.end(), {test::ChatServerPath(), "--plain", "127.0.0.1:0", "--tls",
                                 options.tls ? "127.0.0.1:0" : "off", "--rate", "0", "--queue", "67108864",
                                 "--log-level", "warn"});
  if (std::ranges::find(options.server_options, "--data") == options.server_options.end()) {
    command.emplace_back("--memory");
  }
  command.insert(command.end(), options.server_options.begin(), options.server_options.end());
  return command;
}

std::uint16_t PortOf(const std::string& ready_line) {
  return static_cast<std::uint16_t>(std::stoul(ready_line.substr(ready_line.rfind(':') + 1)));
}

// Starts chat_server, where none was named, and fills in what it is.
std::unique_ptr<test::Process> StartServer(Options& options) {
  if (options.port != 0) return nullptr;
  auto server = std::make_unique<test::Process>(ServerCommand(options));
  options.pid = server->pid();
  options.port = PortOf(server->out().TakeLine());
  if (options.tls) options.port = PortOf(server->out().TakeLine());
  return server;
}

// Server and load on a processor of their own, where there are two.
void Pin(pid_t pid, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(pid, sizeof(set), &set);
}

void PinServer(pid_t pid) {
  // Its threads, too: each is named by its own number.
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    Pin(std::stoi(task.path().filename()), 0);
  }
}

// --- The measurement ---

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void Measure(const Options& options) {
  const auto dialect = Dialect::Called(options.dialect);
  if (options.workload.idle > 0 && !dialect->rooms()) {
    throw std::runtime_error("without rooms nobody is idle");
  }
  std::string error;
  const auto tls = options.tls ? TlsContext::Client("", error) : nullptr;
  LoadRun run(options.workload, *dialect, options.port, tls);
  const std::size_t memory_before = ResidentBytes(options.pid);
  const auto connect_began = Clock::now();
  run.Connect();
  const double connecting = SecondsSince(connect_began);
  const std::size_t memory = ResidentBytes(options.pid) - memory_before;

  const double cpu_before = ProcessorSeconds(options.pid);
  const auto run_began = Clock::now();
  run.Run();
  const double running = SecondsSince(run_began);
  const double cpu = ProcessorSeconds(options.pid) - cpu_before;

  const Workload& workload = options.workload;
  const auto deliveries = static_cast<double>(run.deliveries());
  std::printf(
      "members %zu  senders %zu  idle %zu  messages %zu  deliveries %.0f  cpu-us/delivery %.3f  "
      "messages/s %.0f  deliveries/s %.0f  p50-us %llu  p99-us %llu  connect-s %.2f  bytes/peer %zu",
      workload.members, workload.senders, workload.idle, workload.messages, deliveries,
      cpu * 1e6 / deliveries, static_cast<double>(workload.messages) / running, deliveries / running,
      static_cast<unsigned long long>(run.latency().Percentile(0.5)),
      static_cast<unsigned long long>(run.latency().Percentile(0.99)), connecting,
      memory / (workload.members + workload.idle));
  if (workload.wake) {
    std::printf("  wake-p50-us %llu  wake-p99-us %llu",
                static_cast<unsigned long long>(run.wake_latency().Percentile(0.5)),
                static_cast<unsigned long long>(run.wake_latency().Percentile(0.99)));
  }
  std::printf("\n");
}

int Main(const std::vector<std::string>& arguments) {
  Options options = ReadOptions(arguments);
  RaiseDescriptorLimit();
  const std::unique_ptr<test::Process> server = StartServer(options);
  PinServer(options.pid);
  Pin(0, 1);
  Measure(options);
  if (server)
    server->Signal(options.system_calls.empty() ? SIGKILL : SIGTERM);  // strace is to tell its table
  if (server) server->WaitForExit();
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  return parley::bench::RunProgram("load", argc, argv, parley::bench::Main);
}
