// The whole server under load. Starts chat_server on a free port, connects members to one room, lets some of
// them send, checks every delivery, and prints one row: what a delivery cost the server, and what a peer.
//
//   load --members 100 --senders 10 --messages 1000 [--window 1] [--system-calls FILE]
//
// --window: messages that may be under way at once, of all senders together; 1 is "in turns", more is "flat
// out".
// --system-calls: runs the server under `strace -D -c`, whose table goes to FILE; times are then worthless.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <asio/connect.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "common/io/selector.h"
#include "tests/bench/load_peer.h"
#include "tests/support/process.h"
#include "tests/support/server_process.h"

namespace parley::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t members = 100;
  std::size_t senders = 10;
  std::size_t messages = 1000;
  std::size_t window = 1;
  std::string system_calls;
};

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--members") options.members = std::stoul(argv[i + 1]);
    if (name == "--senders") options.senders = std::stoul(argv[i + 1]);
    if (name == "--messages") options.messages = std::stoul(argv[i + 1]);
    if (name == "--window") options.window = std::stoul(argv[i + 1]);
    if (name == "--system-calls") options.system_calls = argv[i + 1];
  }
  options.senders = std::min(options.senders, options.members);
  return options;
}

std::size_t ResidentBytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double ProcessorSeconds(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/schedstat");
  double nanoseconds = 0;
  file >> nanoseconds;
  return nanoseconds / 1e9;
}

// Every process of the load on a processor of its own, where there are two.
void Pin(pid_t pid, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(pid, sizeof(set), &set);
}

std::vector<std::string> ServerCommand(const Options& options) {
  std::vector<std::string> command;
  if (!options.system_calls.empty())
    command = {"/usr/bin/strace", "-D", "-f", "-c", "-o", options.system_calls};
  const std::vector<std::string> server = {test::ChatServerPath(),
                                           "--plain",
                                           "127.0.0.1:0",
                                           "--tls",
                                           "off",
                                           "--memory",
                                           "--rate",
                                           "0",
                                           "--queue",
                                           "67108864",
                                           "--log-level",
                                           "warn"};
  command.insert(command.end(), server.begin(), server.end());
  return command;
}

class Load {
 public:
  Load(const Options& options, std::uint16_t port) : options_(options), port_(port) {}

  void Connect() {
    const asio::ip::tcp::endpoint server(asio::ip::address_v4::loopback(), port_);
    for (std::size_t i = 0; i < options_.members; ++i) {
      asio::ip::tcp::socket socket(SocketContext());
      socket.connect(server);
      Add(std::make_unique<LoadPeer>(Stream(std::move(socket)), "load " + std::to_string(i)));
      if (i % 64 == 0) Turn(Duration::zero());  // read what came: the server's patience has a bound
    }
    while (!std::ranges::all_of(peers_, [](const auto& peer) { return peer->joined(); })) Turn(std::nullopt);
  }

  // All messages, each delivered to all; the window counts those that somebody has not got yet.
  void Run() {
    const std::string text(64, 'x');
    std::size_t sent = 0;
    std::uint64_t delivered = 0;
    while (delivered < options_.messages) {
      while (sent < options_.messages && sent - delivered < options_.window) {
        LoadPeer& sender = *peers_[sent % options_.senders];
        sender.Say(text);
        if (!sender.Flush()) selector_.Watch(sender.descriptor(), true, true);
        ++sent;
      }
      Turn(std::nullopt);
      if (behind_ == 0 || peers_[behind_]->last() > delivered) delivered = Slowest();
    }
  }

  [[nodiscard]] std::uint64_t Deliveries() const {
    std::uint64_t sum = 0;
    for (const auto& peer : peers_) sum += peer->received();
    return sum;
  }

 private:
  void Add(std::unique_ptr<LoadPeer> peer) {
    const auto descriptor = static_cast<std::size_t>(peer->descriptor());
    if (descriptor >= by_descriptor_.size()) by_descriptor_.resize(descriptor + 1);
    by_descriptor_[descriptor] = peer.get();
    const bool done = peer->Flush();
    selector_.Watch(peer->descriptor(), true, !done);
    peers_.push_back(std::move(peer));
  }

  void Turn(std::optional<Duration> patience) {
    for (const Selector::Ready& one : selector_.Wait(patience)) {
      LoadPeer& peer = *by_descriptor_[static_cast<std::size_t>(one.descriptor)];
      if (one.writable && peer.Flush()) selector_.Watch(one.descriptor, true, false);
      if (one.readable) peer.Read(buffer_);
    }
  }

  // What the one who is furthest behind has got. It is remembered: while it stays there, nobody else matters.
  std::uint64_t Slowest() {
    const auto slowest = std::ranges::min_element(peers_, {}, [](const auto& peer) { return peer->last(); });
    behind_ = static_cast<std::size_t>(slowest - peers_.begin());
    return (*slowest)->last();
  }

  Options options_;
  std::uint16_t port_;
  Selector selector_;
  std::vector<std::unique_ptr<LoadPeer>> peers_;
  std::vector<LoadPeer*> by_descriptor_;
  std::size_t behind_ = 0;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{256} * 1024);
};

int Main(int argc, char** argv) {
  const Options options = ReadOptions(argc, argv);
  RaiseDescriptorLimit();
  test::Process server(ServerCommand(options));
  const std::string ready = server.out().TakeLine();
  const auto port = static_cast<std::uint16_t>(std::stoul(ready.substr(ready.rfind(':') + 1)));
  Pin(server.pid(), 0);
  Pin(0, 1);

  Load load(options, port);
  const std::size_t memory_before = ResidentBytes(server.pid());
  const auto connect_began = Clock::now();
  load.Connect();
  const std::chrono::duration<double> connecting = Clock::now() - connect_began;
  const std::size_t memory = ResidentBytes(server.pid()) - memory_before;

  const double cpu_before = ProcessorSeconds(server.pid());
  const auto run_began = Clock::now();
  load.Run();
  const std::chrono::duration<double> running = Clock::now() - run_began;
  const double cpu = ProcessorSeconds(server.pid()) - cpu_before;
  const auto deliveries = static_cast<double>(load.Deliveries());
  std::printf(
      "members %zu  senders %zu  window %zu  messages %zu  deliveries %.0f  cpu-us/delivery %.3f  "
      "deliveries/s %.0f  connect-s %.2f  bytes/peer %zu\n",
      options.members, options.senders, options.window, options.messages, deliveries, cpu * 1e6 / deliveries,
      deliveries / running.count(), connecting.count(), memory / options.members);
  server.Signal(SIGTERM);
  return server.WaitForExit();
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  try {
    return parley::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
