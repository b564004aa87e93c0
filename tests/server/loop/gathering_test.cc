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

// Sends so many messages, one flush each, with the rests before them; returns how many rests there were.
int RestsOf(Gathering& gathering, int messages, std::uint64_t after_a_rest) {
  static int turns = 0;
  int rests = 0;
  for (int i = 0; i < messages; ++i) {
    const MonotonicTime begin = At(++turns * milliseconds(10));
    const bool rested = gathering.Rest(begin - milliseconds(9)) > Duration::zero();
    rests += rested ? 1 : 0;
    gathering.Flushed(rested ? after_a_rest : 1, begin, begin + milliseconds(1));
  }
  return rests;
}

TEST(GatheringTest, FewerThanOneInAHundredWaitWhereSendersWaitForEachOther) {
  Gathering gathering(milliseconds(2));
  RestsOf(gathering, 1000, 1);  // it has noticed
  EXPECT_LT(RestsOf(gathering, 10'000, 1), 100);
}

TEST(GatheringTest, WhereRestsGainMessagesNoneIsSkipped) {
  Gathering gathering(milliseconds(2));
  EXPECT_EQ(RestsOf(gathering, 1000, 2), 999);
}

TEST(GatheringTest, ItGathersAgainOnceARestGainsSomething) {
  Gathering gathering(milliseconds(2));
  RestsOf(gathering, 1000, 1);
  RestsOf(gathering, Gathering::kMostSkipped + 1, 2);
  EXPECT_EQ(RestsOf(gathering, 100, 2), 100);
}

TEST(GatheringTest, ARestNowAndThenWithoutGainChangesNothing) {
  Gathering gathering(milliseconds(2));
  for (int i = 0; i < 100; ++i) {
    EXPECT_GE(RestsOf(gathering, 2, 1) + RestsOf(gathering, 1, 2), i == 0 ? 2 : 3);
  }
}

// The log stores them in a turn of its own, whose flush sends nothing.
TEST(GatheringTest, ItNoticesWhereTheLogIsOnDisk) {
  Gathering gathering(milliseconds(2));
  int rests = 0;
  for (int turn = 0; turn < 4000; ++turn) {
    const MonotonicTime begin = At(turn * milliseconds(10));
    rests += gathering.Rest(begin - milliseconds(9)) > Duration::zero() ? 1 : 0;
    gathering.Flushed(turn % 2 == 0 ? 0 : 1, begin, begin + milliseconds(1));
  }
  EXPECT_LT(rests, 40);
}

TEST(GatheringTest, OffItNeverWaits) {
  Gathering gathering(Duration::zero());
  gathering.Flushed(1, At({}), At(milliseconds(40)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(40))), Duration::zero());
}

}  // namespace
}  // namespace parley
