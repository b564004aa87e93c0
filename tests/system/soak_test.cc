// An hour, or PARLEY_SOAK_SECONDS, of everything that people do, all at once, while bystanders talk: each
// round brings its people and sees them go, and leaves the server as it was. PARLEY_SEED=N repeats the lots.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/bystanders.h"
#include "tests/support/deadline.h"
#include "tests/support/server_process.h"
#include "tests/support/small_quarantine.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/command_line.h"
#include "tests/system/seed.h"
#include "tests/system/soak_acts.h"
#include "tests/system/soak_person.h"

namespace parley::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRooms = 8;
constexpr std::size_t kHistory = 200;
// Every so many rounds, since they cost more than all the rest.
constexpr std::size_t kSlowReaderEvery = 8, kLoginEvery = 16;
// However slow the machine is: fewer have no quarters to compare.
constexpr std::size_t kFewestRounds = 8;
// What the median of the last quarter may be over that of the second one: less than a peer each connection,
// even in 20 s. The server's own data are the same after each round. SQLite's caches are not: 2 MiB for each
// connection to the database, filled as the log grows. Nor are the holes of malloc; nor a sanitizer's memory,
// which keeps freed memory apart by size and notes where each piece came from.
constexpr std::size_t kMiB = std::size_t{1024} * 1024;
constexpr std::size_t kMostGrowth = PARLEY_TEST_MEMORY_FACTOR > 1 ? 32 * kMiB : 4 * kMiB;
// The messages of all rooms, and a log of changes that SQLite folds in now and then.
constexpr std::size_t kMostFolderGrowth = 8 * kMiB;

std::chrono::seconds Length() {
  const char* const given = std::getenv("PARLEY_SOAK_SECONDS");
  return std::chrono::seconds(given == nullptr ? 20 : std::stol(given));
}

// What the server holds between two rounds.
struct Sample {
  Clock::duration at;
  std::size_t memory, folder, descriptors;
  double rooms;
};

class Soak : public testing::Test {
 protected:
  Soak() {
    Settle();
    for (std::size_t i = 0; i < kRooms; ++i) {
      SoakPerson founder(server_, Way::kLines, "Founder");
      founder.Expect("joined", "join", {{"room", Room(i)}});
      founder.Expect("ok", "message", {{"room", Room(i)}, {"text", "This room is kept."}});
    }
    Play(LogIn, 0);  // what opens the accounts stays open
    Settle();
    descriptors_ = Steady();
    rooms_ = FiguresOf(server_)["parley_rooms"];
    begin_ = Clock::now();
  }

  std::string MakeData() const {
    std::string data = folder_.path() / "data";
    const Ending made =
        RunCommand({"user", "add", kAccount, "--data", data}, std::string(kAccountPassword) + "\n");
    if (made.status != 0) throw Failure("there is no account: " + made.err);
    return data;
  }
  [[nodiscard]] std::vector<std::string> Options() const {
    const std::filesystem::path page = folder_.path() / "page";
    std::filesystem::create_directory(page);
    std::ofstream(page / "index.html") << "<!doctype html><title>the page</title>";
    return {"--data",  data_,    "--static", page, "--history", std::to_string(kHistory),
            "--queue", "262144", "--rate",   "0"};
  }
  [[nodiscard]] std::string MakeHostToken() const {
    const Ending made = RunCommand({"token", "Steward", "--role", "host", "--data", data_});
    if (made.status != 0) throw Failure("there is no token: " + made.err);
    return made.out.substr(0, made.out.find('\n'));
  }
  static std::string Room(std::size_t which) { return "room " + std::to_string(which); }

  void Play(const std::function<void(Stage&)>& act, unsigned number) {
    Stage stage{server_,
                counts_,
                std::mt19937(seed_ + 1000 * static_cast<unsigned>(samples_.size()) + number),
                Room((samples_.size() + number) % kRooms),
                number,
                kHistory,
                host_token_};
    act(stage);
  }

  // Two strands of acts beside each other.
  void Round() {
    auto other = std::async(std::launch::async, [this] {
      Play(Raw, 0);
      Play(MakeRooms, 1);
      if (samples_.size() % kLoginEvery == 1) Play(LogIn, 2);
      Play(Moderate, 3);
    });
    Play(Talk, 4);
    Play(Browse, 5);
    if (samples_.size() % kSlowReaderEvery == 1) Play(ReadSlowly, 6);
    Play(Talk, 7);
    other.get();
    bystanders_.TalkOn(2);
  }

  // Waits until only the bystanders are there.
  void Settle() {
    const Deadline deadline;
    while (!IsQuiet(FiguresOf(server_))) {
      if (deadline.MillisecondsLeft() == 0) throw Failure("not all have gone: " + Peers());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  static bool IsQuiet(Figures figures) {
    const auto peers = [&](const char* kind) {
      return figures["parley_peers{kind=\"" + std::string(kind) + "\"}"];
    };
    return peers("lines") == 2 && peers("websocket") == 1 && peers("http") == 1 && peers("raw") == 0 &&
           peers("undecided") == 0 && peers("other") == 0 && figures["parley_queue_bytes"] == 0 &&
           figures["parley_tls_handshakes_under_way"] == 0;
  }
  std::string Peers() {
    std::string all;
    for (const auto& [line, value] : FiguresOf(server_)) {
      if (line.starts_with("parley_peers{") || line.starts_with("parley_queue"))
        all += line + " " + std::to_string(value) + "; ";
    }
    return all;
  }
  // The number of descriptors once it stays the same for a while: who asked for the figures has gone, too.
  std::size_t Steady() {
    std::size_t now = server_.Descriptors();
    for (int same = 0; same < 50; ++same) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (now != server_.Descriptors()) same = 0;
      now = server_.Descriptors();
    }
    return now;
  }

  void Take() {
    Settle();
    const double rooms = FiguresOf(server_)["parley_rooms"];
    const Deadline deadline;
    while (server_.Descriptors() != descriptors_ && deadline.MillisecondsLeft() > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    samples_.push_back(
        {Clock::now() - begin_, server_.ResidentBytes(), FolderBytes(), server_.Descriptors(), rooms});
    ASSERT_EQ(samples_.back().descriptors, descriptors_) << "after round " << samples_.size();
    ASSERT_EQ(rooms, rooms_) << "after round " << samples_.size();
  }
  [[nodiscard]] std::size_t FolderBytes() const {
    std::size_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data_)) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
  }

  // The median of a quarter of the rounds, 1 to 4.
  [[nodiscard]] std::size_t Median(std::size_t Sample::*of, std::size_t quarter) const {
    std::vector<std::size_t> values;
    for (std::size_t i = samples_.size() * (quarter - 1) / 4; i < samples_.size() * quarter / 4; ++i) {
      values.push_back(samples_[i].*of);
    }
    std::ranges::sort(values);
    return values[values.size() / 2];
  }
  void ExpectFlat(const char* what, std::size_t Sample::*of, std::size_t max) const {
    const std::size_t before = Median(of, 2), after = Median(of, 4);
    EXPECT_LE(after, before + max) << what << " grows: " << before << " bytes, then " << after;
  }

  void PrintMinute() {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(samples_.back().at).count();
    if (minutes == minutes_) return;
    minutes_ = minutes;
    std::printf("minute %2ld: %5zu rounds, memory %zu KiB, folder %zu KiB, %zu descriptors\n", minutes,
                samples_.size(), samples_.back().memory / 1024, samples_.back().folder / 1024,
                samples_.back().descriptors);
    std::fflush(stdout);
  }
  void PrintRow(const Bystanders::Latency& latency) {
    Figures figures = FiguresOf(server_);
    std::printf(
        "%zu rounds in %.0f s: %.0f connections, %.0f messages, %.0f deliveries, %lu resumes, %lu acts of "
        "moderation, %lu logins, %lu slow readers, %lu answers of HTTP; bystanders: %zu messages, median "
        "%.2f ms, "
        "p99 %.2f ms\n",
        samples_.size(), std::chrono::duration<double>(samples_.back().at).count(),
        figures["parley_connections_total{door=\"plain\"}"] +
            figures["parley_connections_total{door=\"tls\"}"],
        figures["parley_messages_total"], figures["parley_deliveries_total"], counts_.resumes.load(),
        counts_.moderations.load(), counts_.logins.load(), counts_.slow_readers.load(), counts_.http.load(),
        latency.messages, static_cast<double>(latency.median.count()) / 1000,
        static_cast<double>(latency.p99.count()) / 1000);
    std::printf("memory, KiB: %zu after the first round, medians of the quarters",
                samples_.front().memory / 1024);
    for (std::size_t quarter = 1; quarter <= 4; ++quarter)
      std::printf(" %zu", Median(&Sample::memory, quarter) / 1024);
    std::printf(", %zu at the end; folder, KiB: %zu, %zu; descriptors: %zu, %zu\n",
                samples_.back().memory / 1024, Median(&Sample::folder, 2) / 1024,
                Median(&Sample::folder, 4) / 1024, descriptors_, samples_.back().descriptors);
  }

  const unsigned seed_ = Seed();
  TemporaryFolder folder_;
  std::string data_ = MakeData();
  std::string host_token_ = MakeHostToken();
  ServerProcess server_{Options(), SmallQuarantine()};
  Bystanders bystanders_{server_};
  SoakCounts counts_{};
  std::vector<Sample> samples_;  // one a round
  std::size_t descriptors_ = 0;
  double rooms_ = 0;
  Clock::time_point begin_;
  long minutes_ = 0;
};

TEST_F(Soak, LosesNothingAndKeepsNothingOfPeersThatHaveGone) {
  const auto length = Length();
  while (Clock::now() - begin_ < length || samples_.size() < kFewestRounds) {
    Round();
    Take();
    if (HasFatalFailure()) return;
    PrintMinute();
  }
  PrintRow(bystanders_.Stop());
  ExpectFlat("memory", &Sample::memory, kMostGrowth);
  ExpectFlat("the folder", &Sample::folder, kMostFolderGrowth);
  EXPECT_EQ(server_.Stop(), 0) << server_.process().err().TakeAll();
}

}  // namespace
}  // namespace parley::test
