// What gathering does to the latency and the number of flushes, in a loop whose every step takes a known
// time. In turns, each author sends when their previous message has reached somebody; steadily, at times of
// their own.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "server/engine/turn_taking.h"
#include "server/loop/gathering.h"

namespace parley {
namespace {

using std::chrono::microseconds;

constexpr Duration kSend = microseconds(5);     // one send, whatever it carries
constexpr Duration kMessage = microseconds(5);  // to read and store one
constexpr std::size_t kMessages = 3'000;        // of a run
constexpr MonotonicTime kStart{std::chrono::hours(1)};

struct Load {
  std::size_t members = 100;
  std::size_t authors = 10;
  Duration period = Duration::zero();  // of each author's messages; zero: in turns
};

struct Outcome {
  std::size_t flushes = 0;
  Duration p99{};  // of deliveries to every tenth part of the members
};

class Server {
 public:
  Server(const Load& load, Duration max) : load_(load), gathering_(max), told_(load.authors) {
    for (std::size_t author = 0; author < load.authors; ++author) {
      const Duration offset = load.period * author / load.authors + Noise(microseconds(50));
      arrivals_.emplace(kStart + offset, author);
    }
  }

  Outcome Run() {
    MonotonicTime now = kStart;
    std::size_t messages = 0;
    Outcome outcome;
    for (; messages < kMessages; ++outcome.flushes) {
      now = std::max(now, arrivals_.begin()->first);
      now += gathering_.Rest(now);
      messages += Turn(now);
    }
    auto p99 = latencies_.begin() + static_cast<std::ptrdiff_t>(latencies_.size() * 99 / 100);
    std::ranges::nth_element(latencies_, p99);
    outcome.p99 = *p99;
    return outcome;
  }

 private:
  using Arrival = std::pair<MonotonicTime, std::size_t>;  // when a message came, and its author

  std::size_t Turn(MonotonicTime& now) {
    turns_.SetPrompt(gathering_.prompt());
    const TurnTaking::Count before = turns_.count();
    std::vector<Arrival> read;
    for (; !arrivals_.empty() && arrivals_.begin()->first <= now; arrivals_.erase(arrivals_.begin())) {
      read.push_back(*arrivals_.begin());
      if (load_.period > Duration::zero()) SendSteadily(read.back());
    }
    for (const auto& [sent, author] : read) turns_.Said(told_[author], now);
    const MonotonicTime begin = now + kMessage * read.size();
    now = begin + kSend * load_.members;
    for (const Arrival& message : read) Deliver(message, begin);
    const TurnTaking::Count& count = turns_.count();
    gathering_.Flushed({.messages = read.size(),
                        .in_turn = count.in_turn - before.in_turn,
                        .freely = count.freely - before.freely,
                        .twice = count.twice - before.twice},
                       begin, now);
    return read.size();
  }

  void Deliver(const Arrival& message, MonotonicTime begin) {
    for (std::size_t tenth = 1; tenth <= 10; ++tenth) {
      latencies_.push_back(begin + kSend * (load_.members * tenth / 10) - message.first);
    }
    if (load_.period > Duration::zero()) return;
    // Somebody has it, and the author hears of that.
    const std::size_t reached = 1 + random_() % load_.members;
    arrivals_.emplace(begin + kSend * reached + microseconds(60) + Noise(microseconds(100)), message.second);
  }

  void SendSteadily(const Arrival& last) {
    // Never twice at one time: the set would drop one.
    const Duration off = Noise(load_.period / 5);
    arrivals_.emplace(last.first + load_.period * 9 / 10 + off, last.second);
  }

  Duration Noise(Duration max) {
    return Duration(static_cast<Duration::rep>(random_() % static_cast<std::uint64_t>(max.count() + 1)));
  }

  Load load_;
  Gathering gathering_;
  TurnTaking turns_;
  std::mt19937 random_{1};  // the same on every machine
  std::set<Arrival> arrivals_;
  std::vector<MonotonicTime> told_;
  std::vector<Duration> latencies_;
};

Outcome Gathered(const Load& load) {
  return Server(load, std::chrono::milliseconds(2)).Run();
}
Outcome Ungathered(const Load& load) {
  return Server(load, Duration::zero()).Run();
}

TEST(GatheringLoadTest, InTurnsTheSlowestDeliveriesAreAtMostAFifthSlower) {
  for (const std::size_t members : {10U, 50U, 100U, 1'000U}) {
    for (const std::size_t authors : {2U, 3U, 5U, 10U}) {
      const Load load{.members = members, .authors = authors};
      EXPECT_LE(Gathered(load).p99, Ungathered(load).p99 * 6 / 5) << members << " members, " << authors;
    }
  }
}

TEST(GatheringLoadTest, AtASteadyLoadFlushesAreAboutHalved) {
  for (const std::size_t authors : {1U, 4U, 10U, 50U}) {
    const Load load{.authors = authors, .period = std::chrono::milliseconds(authors)};
    EXPECT_LE(Gathered(load).flushes * 9, Ungathered(load).flushes * 5) << authors << " authors";
  }
}

}  // namespace
}  // namespace parley
