// Plays of two to five servers over a store that loses, repeats and delays by lot, with servers that are
// killed and start again from their disk. Whatever happens: each command is in the order, all servers apply
// the same in the same order, and each command once.
//
//   PARLEY_SEED=N   that play alone;  PARLEY_SEEDS=N   so many

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "common/base/cluster_limits.h"
#include "server/cluster/chain.h"
#include "tests/server/cluster/memory_order.h"
#include "tests/support/seeds.h"

namespace parley::cluster {
namespace {

constexpr unsigned long kSeeds = 1'000;
constexpr std::size_t kCommands = 60;
using std::chrono::milliseconds;

// A server: its disk, which stays, and its order, which is lost when it is killed.
class Server {
 public:
  Server(MemoryStore& store, std::string name) : store_(store), name_(std::move(name)) {}

  void StartUp() {
    ++incarnation_;
    chain_.emplace(disk_);
    order_ = std::make_unique<MemoryOrder>(store_, OrderStart{{name_, incarnation_}, disk_});
  }
  void Kill() {
    order_.reset();
    written_.clear();
    applied_here_.resize(on_disk_);
  }
  [[nodiscard]] bool runs() const { return order_ != nullptr; }
  // What a client asks for; it asks again until the command was applied.
  void Want(const std::string& command) { wanted_.push_back(command); }

  void Turn(MonotonicTime now, std::mt19937_64& random) {
    order_->Turn(now);
    Apply(random() % 3);
    if (order_->CanWrite() && !wanted_.empty()) WriteNext();
  }
  [[nodiscard]] bool done() const { return wanted_.empty(); }
  [[nodiscard]] const std::vector<std::string>& applied() const { return applied_here_; }
  [[nodiscard]] const Position& position() const { return disk_.applied; }
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  [[nodiscard]] const std::optional<Stop>& stopped() const { return order_->stopped(); }
  [[nodiscard]] const std::string& diverged() const { return diverged_; }

 private:
  void WriteNext() {
    // Up to three commands, one a line.
    std::string commands;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, wanted_.size()); ++i) commands += wanted_[i] + "\n";
    EXPECT_TRUE(written_.empty()) << "the batch before was not applied";
    written_ = commands;
    order_->Write(std::move(commands));
  }
  // Takes at most so many batches and applies them in one transaction.
  void Apply(std::size_t most) {
    for (std::size_t taken = 0; taken < most; ++taken) {
      const auto batch = order_->Take();
      if (!batch) break;
      if (const auto wrong = chain_->Add(*batch)) diverged_ = *wrong;
      if (batch->batch.writer == Incarnation{name_, incarnation_}) written_.clear();
      std::istringstream lines(batch->batch.commands);
      for (std::string command; std::getline(lines, command);) ApplyOne(command);
    }
    disk_ = chain_->state();
    on_disk_ = applied_here_.size();
    order_->Applied(disk_.applied);
  }
  void ApplyOne(const std::string& command) {
    std::erase(wanted_, command);
    // The log finds a repeated command by its id.
    if (std::ranges::find(applied_here_, command) != applied_here_.end()) {
      ++repeated_;
    } else {
      applied_here_.push_back(command);
    }
  }

  MemoryStore& store_;
  std::string name_;
  std::uint64_t incarnation_ = 0;
  ChainState disk_;
  std::size_t on_disk_ = 0;
  std::size_t repeated_ = 0;
  std::string diverged_;
  std::vector<std::string> wanted_, applied_here_;
  std::string written_;  // under way
  std::optional<Chain> chain_;
  std::unique_ptr<MemoryOrder> order_;
};

struct Play {
  explicit Play(unsigned long seed, bool kills_of) : random(seed), store(seed), kills(kills_of) {
    const std::size_t count = 2 + random() % 4;
    for (std::size_t i = 0; i < count; ++i) {
      servers.push_back(std::make_unique<Server>(store, "s" + std::to_string(i)));
      servers.back()->StartUp();
    }
  }
  void Turn() {
    now += milliseconds(1 + random() % 200);
    for (const auto& server : servers) {
      if (kills && random() % 100 == 0) server->runs() ? server->Kill() : server->StartUp();
      if (server->runs()) server->Turn(now, random);
    }
  }
  void AskForCommands() {
    for (std::size_t i = 0; i < kCommands; ++i) {
      commands.insert("c" + std::to_string(i));
      servers[random() % servers.size()]->Want("c" + std::to_string(i));
      if (random() % 2 == 0) Turn();
    }
  }
  // Nothing goes wrong any longer.
  void Calm() {
    store.BecomeKind();
    kills = false;
    for (const auto& server : servers) {
      if (!server->runs()) server->StartUp();
    }
  }
  [[nodiscard]] bool Done() const {
    return std::ranges::all_of(servers, [this](const auto& server) {
      return server->runs() && server->done() && server->applied().size() == kCommands &&
             server->position().revision == store_end();
    });
  }
  [[nodiscard]] Revision store_end() const { return store.batches().back().revision; }

  std::mt19937_64 random;
  mutable MemoryStore store;
  bool kills;
  std::vector<std::unique_ptr<Server>> servers;
  std::set<std::string> commands;
  MonotonicTime now = MonotonicTime(std::chrono::hours(1));
};

// Returns how many writes found that an earlier try had succeeded.
std::size_t PlayOne(unsigned long seed, bool kills) {
  Play play(seed, kills);
  play.AskForCommands();
  for (int turn = 0; turn < 150; ++turn) play.Turn();
  play.Calm();
  for (int turn = 0; turn < 2'000 && !play.Done(); ++turn) play.Turn();
  const Server& first = *play.servers.front();
  for (const auto& server : play.servers) {
    EXPECT_FALSE(server->stopped()) << server->stopped()->text;
    EXPECT_EQ(server->diverged(), "");
    EXPECT_TRUE(server->done());
    EXPECT_EQ(server->applied(), first.applied());
    EXPECT_EQ(server->position(), first.position());
    EXPECT_EQ(std::set(server->applied().begin(), server->applied().end()), play.commands);
    // Only a client that asked again after a kill may have its command twice in the order.
    EXPECT_TRUE(kills || server->repeated() == 0);
  }
  return play.store.tried_again();
}

void PlayAll(bool kills) {
  std::size_t tried_again = 0;
  const test::Seeds seeds = test::SeedsToPlay(kSeeds);
  for (unsigned long seed = seeds.first; seed < seeds.end && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("PARLEY_SEED=" + std::to_string(seed));
    tried_again += PlayOne(seed, kills);
  }
  // Or the plays test nothing of what they are for.
  EXPECT_GT(tried_again, 10 * (seeds.end - seeds.first) / 10);
}

TEST(OrderSimulation, EachCommandOnceInTheSameOrderWhateverTheStoreDoes) {
  PlayAll(false);
}

TEST(OrderSimulation, EachCommandOnceInTheSameOrderWhileServersAreKilled) {
  PlayAll(true);
}

// The plays must find what is wrong: here one server has other data than the rest.
TEST(OrderSimulation, ServerWithOtherDataIsFound) {
  MemoryStore store;
  Server good(store, "good");
  good.StartUp();
  Chain other({});
  MemoryOrder bad(store, {{"bad", 1}, other.state()});
  std::mt19937_64 random(1);
  MonotonicTime now(std::chrono::hours(1));
  good.Want("one");
  bool wrote = false;
  for (int turn = 0; turn < 50; ++turn) {
    now += milliseconds(100);
    good.Turn(now, random);
    bad.Turn(now);
    while (auto batch = bad.Take()) {
      batch->batch.commands = "something else\n";
      EXPECT_FALSE(other.Add(*batch));
      bad.Applied(other.state().applied);
      if (!std::exchange(wrote, true)) bad.Write("two\n");
      if (batch->batch.writer.server == "bad") break;
    }
    if (!good.diverged().empty()) break;
  }
  EXPECT_THAT(good.diverged(), testing::HasSubstr("the server 'bad' have applied different batches"));
}

TEST(OrderSimulation, StoreThatWasSetBackIsFound) {
  MemoryStore store;
  Server server(store, "s");
  server.StartUp();
  std::mt19937_64 random(1);
  MonotonicTime now(std::chrono::hours(1));
  for (const char* command : {"one", "two"}) {
    server.Want(command);
    for (int turn = 0; turn < 20; ++turn) server.Turn(now += milliseconds(100), random);
  }
  ASSERT_EQ(server.applied().size(), 2U);
  store.CutAfter(store.batches().front().revision);
  for (int turn = 0; turn < 40; ++turn) server.Turn(now += milliseconds(100), random);
  ASSERT_TRUE(server.stopped());
  EXPECT_EQ(server.stopped()->reason, Stop::Reason::kShorter);
  server.Kill();
  server.StartUp();
  for (int turn = 0; turn < 20; ++turn) server.Turn(now += milliseconds(100), random);
  ASSERT_TRUE(server.stopped());
  EXPECT_EQ(server.stopped()->reason, Stop::Reason::kShorter);
}

TEST(OrderSimulation, ServerThatWasAwayTooLongIsTold) {
  MemoryStore store;
  Server present(store, "present"), away(store, "away");
  present.StartUp();
  away.StartUp();
  std::mt19937_64 random(1);
  MonotonicTime now(std::chrono::hours(1));
  present.Want("one");
  for (int turn = 0; turn < 20; ++turn) {
    present.Turn(now += milliseconds(100), random);
    away.Turn(now, random);
  }
  ASSERT_EQ(away.applied().size(), 1U);
  away.Kill();
  present.Want("two");
  for (int turn = 0; turn < 20; ++turn) present.Turn(now += milliseconds(100), random);
  store.Compact(store.batches().back().revision);
  away.StartUp();
  for (int turn = 0; turn < 20; ++turn) away.Turn(now += milliseconds(100), random);
  ASSERT_TRUE(away.stopped());
  EXPECT_EQ(away.stopped()->reason, Stop::Reason::kAwayTooLong);
}

}  // namespace
}  // namespace parley::cluster
