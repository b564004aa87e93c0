// Whole meetings from seeds (tests/support/seeds.h), with real encryption: what a page gets is authentic, was
// allowed, and is numbered without a break; and after all that was wild, everybody gets what is theirs.

#include <gtest/gtest.h>

#include "tests/server/media/meeting.h"
#include "tests/support/seeds.h"

namespace parley {
namespace {

TEST(MediaSimulationTest, EverybodyGetsExactlyTheirMediaWhateverHappens) {
  const auto [first, end] = test::SeedsToPlay(100);
  for (unsigned long seed = first; seed != end && !HasFailure(); ++seed)
    Meeting(static_cast<unsigned>(seed)).Play();
}

}  // namespace
}  // namespace parley
