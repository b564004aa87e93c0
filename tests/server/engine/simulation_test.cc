// A whole server, thousands of times: each seed writes another play (simulation/play.h).
//
//   PARLEY_SEED=N server_engine_test --gtest_filter='Simulation.*'    the play of that seed alone
//   PARLEY_SEEDS=N ...                                            so many plays, and a tenth of it on disk

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "tests/server/engine/simulation/play.h"
#include "tests/server/engine/simulation/require.h"
#include "tests/server/engine/sqlite_disk.h"
#include "tests/support/seeds.h"

namespace parley::simulation {
namespace {

constexpr unsigned long kSeeds = 1'000;

std::string Script(unsigned long seed) {
  std::mt19937_64 random(seed);
  std::string script(200 + random() % 4'000, '\0');
  for (char& byte : script) byte = static_cast<char>(random() & 0xFFU);
  return script;
}

// `disk`: makes the one of a play, from its seed and script.
template <typename MakeDisk>
void PlayAll(test::Seeds seeds, MakeDisk disk) {
  Play::Count all;
  for (unsigned long seed = seeds.first; seed < seeds.end; ++seed) {
    const std::string script = Script(seed);
    try {
      Play play(script, disk(seed, script));
      play.Run();
      all.steps += play.count().steps;
      all.messages += play.count().messages;
      all.joins += play.count().joins;
      all.restarts += play.count().restarts;
      all.files += play.count().files;
      all.votes += play.count().votes;
      all.held += play.count().held;
    } catch (const Broken& broken) {
      FAIL() << broken.what() << "\nrun again with PARLEY_SEED=" << seed;
    }
  }
  // A play in which nobody speaks would prove nothing.
  EXPECT_GT(all.messages, all.steps / 50);
  if (seeds.end - seeds.first >= 100) {
    EXPECT_GT(all.files, all.steps / 2'000);
  }
  if (seeds.end - seeds.first >= 200) {
    EXPECT_GT(all.votes, 0U);
    EXPECT_GT(all.held, 0U);
  }
  std::cout << seeds.end - seeds.first << " plays from seed " << seeds.first << ": " << all.steps
            << " steps, " << all.messages << " messages, " << all.joins << " joins, " << all.restarts
            << " restarts, " << all.files << " files, " << all.votes << " votes, " << all.held
            << " changes in crowds\n";
}

TEST(Simulation, EveryPromiseHoldsInEveryPlay) {
  PlayAll(test::SeedsToPlay(kSeeds),
          [](unsigned long, const std::string&) { return std::unique_ptr<Disk>(); });
}

TEST(Simulation, EveryPromiseHoldsOnAFailingDisk) {
  test::Seeds seeds = test::SeedsToPlay(kSeeds);
  seeds.end = seeds.first + (seeds.end - seeds.first + 9) / 10;
  PlayAll(seeds, [](unsigned long seed, const std::string& script) {
    const std::size_t kept = Play::Kept(script);
    return std::make_unique<SqliteDisk>(seed, kept, kept == Play::kKeptAll);
  });
}

}  // namespace
}  // namespace parley::simulation
