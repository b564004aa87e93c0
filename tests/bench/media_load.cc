// A call under load: some clients send, others receive, every packet is checked, and one row is printed: what
// a forwarded packet cost the server, and how long it took. docs/performance.md has its figures.
//
//   media_load [--senders 2] [--receivers 50] [--voice BYTES] [--camera BYTES] [--rate 100] [--seconds 10]
//   media_load --people 50 [--voice BYTES]     everybody sends and receives; they speak one after the other
//
// Without --port and --janus it starts chat_server itself.
// --port PORT --pid PID: a chat_server that runs already, with `--media sfu --rate 0`.
// --janus PORT --pid PID: the WebSocket port of a Janus on this machine. It gathers no candidate on loopback,
//   so run both in tests/browser/in_private_network, with --address 10.77.0.1.
// --address IP: the clients' own (127.0.0.1).
// --rate R: packets a second of each kind and sender.
// --hold: prints a line with the port when the load begins, for a chat load beside it.

#include "tests/bench/media/media_load.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/io/descriptor_limit.h"
#include "tests/bench/janus.h"
#include "tests/bench/media/media_signaling.h"
#include "tests/bench/program.h"
#include "tests/support/server_process.h"

namespace parley::bench {
namespace {

constexpr std::uint8_t kLoud = 20, kSilent = 127;
constexpr std::chrono::milliseconds kWarmUp{1000};
constexpr std::chrono::milliseconds kTurn{250};

struct Options {
  std::size_t senders = 2, receivers = 50, people = 0;
  MediaFlow flow{0, 0, 100, kLoud};
  unsigned seconds = 10;
  std::uint16_t port = 0, janus = 0;
  pid_t pid = 0;
  std::string address = "127.0.0.1";
  bool hold = false;
};

Options ReadOptions(const std::vector<std::string>& arguments) {
  Options options;
  std::map<std::string, std::string> given;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--hold") {
      options.hold = true;
      continue;
    }
    if (i + 1 == arguments.size()) throw std::runtime_error("no value stands after " + arguments[i]);
    given[arguments[i]] = arguments[i + 1];
    ++i;
  }
  const auto take = [&](const std::string& name, auto& into) {
    if (const auto value = given.extract(name))
      into = static_cast<std::remove_reference_t<decltype(into)>>(std::stoul(value.mapped()));
  };
  take("--senders", options.senders);
  take("--receivers", options.receivers);
  take("--people", options.people);
  take("--voice", options.flow.voice_bytes);
  take("--camera", options.flow.camera_bytes);
  take("--rate", options.flow.rate);
  take("--seconds", options.seconds);
  take("--port", options.port);
  take("--janus", options.janus);
  take("--pid", options.pid);
  if (const auto address = given.extract("--address")) options.address = address.mapped();
  if (!given.empty()) throw std::runtime_error("there is no option " + given.begin()->first);
  if (options.flow.voice_bytes + options.flow.camera_bytes == 0) options.flow.voice_bytes = 100;
  options.seconds = std::clamp(options.seconds, 1U, 60U);
  return options;
}

// --- The server's processor time ---

// Of each thread, in seconds.
std::map<std::string, double> ThreadTimes(pid_t pid) {
  std::map<std::string, double> times;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream file(task.path() / "schedstat");
    double nanoseconds = 0;
    if (file >> nanoseconds) times[task.path().filename()] = nanoseconds / 1e9;
  }
  return times;
}

struct Used {
  double all = 0, busiest = 0;  // of all threads, and of the one that used most: media's
};

Used Since(const std::map<std::string, double>& before, pid_t pid) {
  Used used;
  for (const auto& [thread, seconds] : ThreadTimes(pid)) {
    const auto old = before.find(thread);
    const double passed = seconds - (old == before.end() ? 0 : old->second);
    used.all += passed;
    used.busiest = std::max(used.busiest, passed);
  }
  return used;
}

// --- The runs ---

double Highest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

void PrintFirstPackets(const MediaLoad& load) {
  std::vector<double> first = load.first_packets();
  std::ranges::sort(first);
  if (first.empty()) throw std::runtime_error("no packet was forwarded");
  std::printf("join-to-first-packet-ms: median %.0f, max %.0f  ", first[first.size() / 2], first.back());
}

void Forward(MediaLoad& load, const Options& options) {
  for (std::size_t i = 0; i < options.senders; ++i) load.Join({true, 0, 0}, options.flow);
  load.Connect();
  const MediaClient::Lines lines{false, options.flow.voice_bytes > 0 ? std::size_t{4} : 0,
                                 options.flow.camera_bytes > 0 ? options.senders : 0};
  for (std::size_t i = 0; i < options.receivers; ++i) {
    load.Join(lines, {});
    // One after the other, so that each one's time can be told; with Janus a connection takes a second.
    if (options.janus == 0) load.Connect();
  }
  load.Connect();
  load.Run(kWarmUp);
  if (options.hold) {
    std::printf("begins\n");
    std::fflush(stdout);
  }
  load.Reset();
  const auto before = ThreadTimes(options.pid);
  const MonotonicTime began = MediaLoad::Now();
  load.Run(std::chrono::seconds(options.seconds));
  const double seconds = std::chrono::duration<double>(MediaLoad::Now() - began).count();
  const auto received = static_cast<double>(load.received());
  const Used used = Since(before, options.pid);
  load.Stop();
  if (const std::string problem = load.Problem(); !problem.empty()) throw std::runtime_error(problem);
  PrintFirstPackets(load);
  std::printf(
      "packets/s %.0f  delivered %.4f%%  missing %zu (dropped here %zu)  cpu-us/packet %.2f  "
      "media-thread-us/packet %.2f  p50-us %llu  p99-us %llu\n",
      received / seconds, 100 * static_cast<double>(load.received()) / static_cast<double>(load.expected()),
      load.missing(), load.dropped_here(), used.all * 1e6 / received, used.busiest * 1e6 / received,
      static_cast<unsigned long long>(load.latency().Percentile(0.5)),
      static_cast<unsigned long long>(load.latency().Percentile(0.99)));
}

// From the first packet of one who speaks to its arrival at everybody else, in milliseconds.
double TakeTurn(MediaLoad& load, std::size_t speaker, std::size_t people) {
  const MonotonicTime since = MediaLoad::Now();
  load.Speak(speaker, kLoud);
  const bool heard = load.Until(std::chrono::seconds(10), [&] {
    for (std::size_t i = 0; i < people; ++i) {
      if (i != speaker && !load.Heard(i, speaker, since)) return false;
    }
    return true;
  });
  if (!heard) throw std::runtime_error("client " + std::to_string(speaker) + " is not heard");
  const double passed = std::chrono::duration<double, std::milli>(MediaLoad::Now() - since).count();
  // Four speak at the same time: the one who began three turns ago falls silent.
  load.Run(kTurn - std::min<Duration>(kTurn, MediaLoad::Now() - since));
  load.Speak((speaker + people - 3) % people, kSilent);
  return passed;
}

void Talk(MediaLoad& load, const Options& options) {
  MediaFlow flow = options.flow;
  flow.rate = 50;
  flow.level = kSilent;
  for (std::size_t i = 0; i < options.people; ++i) load.Join({true, 4, 0}, flow);
  load.Connect();
  load.Run(kWarmUp);
  std::vector<double> times;
  for (std::size_t speaker = 0; speaker < options.people; ++speaker)
    times.push_back(TakeTurn(load, speaker, options.people));
  load.Stop();
  if (const std::string problem = load.Problem(); !problem.empty()) throw std::runtime_error(problem);
  std::vector<double> sorted = times;
  std::ranges::sort(sorted);
  std::printf(
      "people %zu  heard-by-all-after-ms: median %.0f, p90 %.0f, max %.0f  missing %zu (dropped here %zu)\n",
      options.people, sorted[sorted.size() / 2], sorted[sorted.size() * 9 / 10], Highest(times),
      load.missing(), load.dropped_here());
}

int Main(const std::vector<std::string>& arguments) {
  Options options = ReadOptions(arguments);
  RaiseDescriptorLimit();
  std::unique_ptr<test::ServerProcess> server;
  std::unique_ptr<MediaSignaling> signaling;
  if (options.janus != 0) {
    signaling = std::make_unique<JanusSignaling>(options.janus);
  } else {
    if (options.port == 0) {
      server = std::make_unique<test::ServerProcess>(
          std::vector<std::string>{"--media", "sfu", "--rate", "0", "--log-level", "warn"});
      options.port = server->port();
      options.pid = server->process().pid();
    }
    signaling = std::make_unique<ParleySignaling>(options.port);
  }
  MediaLoad load(options.address, *signaling);
  if (options.hold) std::printf("port %d pid %d\n", options.port, options.pid);
  if (options.people > 0) {
    Talk(load, options);
  } else {
    Forward(load, options);
  }
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  return parley::bench::RunProgram("media_load", argc, argv, parley::bench::Main);
}
