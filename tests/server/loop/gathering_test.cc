#include "server/loop/gathering.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr MonotonicTime At(Duration time) {
  return MonotonicTime(std::chrono::hours(1) + time);
}

TEST(GatheringTest, NothingWaitsBeforeTheFirstFlush) {
  EXPECT_EQ(Gathering(milliseconds(2)).Rest(At({})), Duration::zero());
}

TEST(GatheringTest, AfterALongFlushOneRestsFourTimesAsLong) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(1, At({}), At(microseconds(400)));
  EXPECT_EQ(gathering.Rest(At(microseconds(400))), microseconds(1600));
  EXPECT_EQ(gathering.Rest(At(microseconds(1500))), microseconds(500));
}

TEST(GatheringTest, NeverLongerThanTheMost) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(1, At({}), At(milliseconds(40)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(40))), milliseconds(2));
}

TEST(GatheringTest, WhenItIsQuietNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(1, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(3))), Duration::zero());
  EXPECT_EQ(gathering.Rest(At(std::chrono::hours(1))), Duration::zero());
}

TEST(GatheringTest, InASmallRoomNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(1, At({}), At(microseconds(120)));
  EXPECT_EQ(gathering.Rest(At(microseconds(120))), Duration::zero());
}

TEST(GatheringTest, WhereSeveralComeTogetherNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(Gathering::kEnough, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(1))), Duration::zero());
}

TEST(GatheringTest, AfterAFlushOfAnythingElseNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed(0, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(1))), Duration::zero()) << "many come in";
}

TEST(GatheringTest, OffItNeverWaits) {
  Gathering gathering(Duration::zero());
  gathering.Flushed(1, At({}), At(milliseconds(40)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(40))), Duration::zero());
}

}  // namespace
}  // namespace parley
