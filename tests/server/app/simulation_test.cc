// A whole server, thousands of times: each seed writes another play (simulation/play.h).
//
//   PARLEY_SEED=N server_app_test --gtest_filter='Simulation.*'    the play of that seed alone
//   PARLEY_SEEDS=N ...                                            so many plays

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "tests/server/app/simulation/play.h"
#include "tests/server/app/simulation/require.h"

namespace parley::simulation {
namespace {

constexpr unsigned long kSeeds = 1'000;

std::string Script(unsigned long seed) {
  std::mt19937_64 random(seed);
  std::string script(200 + random() % 4'000, '\0');
  for (char& byte : script) byte = static_cast<char>(random() & 0xFFU);
  return script;
}

unsigned long FromEnvironment(const char* name, unsigned long otherwise) {
  const char* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::stoul(given);
}

TEST(Simulation, EveryPromiseHoldsInEveryPlay) {
  const unsigned long first = FromEnvironment("PARLEY_SEED", 1);
  const unsigned long seeds =
      FromEnvironment("PARLEY_SEEDS", std::getenv("PARLEY_SEED") == nullptr ? kSeeds : 1);
  Play::Count all;
  for (unsigned long seed = first; seed < first + seeds; ++seed) {
    const std::string script = Script(seed);
    try {
      Play play(script);
      play.Run();
      all.steps += play.count().steps;
      all.messages += play.count().messages;
      all.joins += play.count().joins;
      all.restarts += play.count().restarts;
    } catch (const Broken& broken) {
      FAIL() << broken.what() << "\nrun again with PARLEY_SEED=" << seed;
    }
  }
  // A play in which nobody speaks would prove nothing.
  EXPECT_GT(all.messages, all.steps / 50);
  std::cout << seeds << " plays from seed " << first << ": " << all.steps << " steps, " << all.messages
            << " messages, " << all.joins << " joins, " << all.restarts << " restarts\n";
}

}  // namespace
}  // namespace parley::simulation
