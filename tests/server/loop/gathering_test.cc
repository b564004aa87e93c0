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
  gathering.Flushed({.messages = 1}, At({}), At(microseconds(400)));
  EXPECT_EQ(gathering.Rest(At(microseconds(400))), microseconds(1600));
  EXPECT_EQ(gathering.Rest(At(microseconds(1500))), microseconds(500));
}

TEST(GatheringTest, NeverLongerThanTheMost) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = 1}, At({}), At(milliseconds(40)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(40))), milliseconds(2));
}

TEST(GatheringTest, WhenItIsQuietNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = 1}, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(3))), Duration::zero());
  EXPECT_EQ(gathering.Rest(At(std::chrono::hours(1))), Duration::zero());
}

TEST(GatheringTest, InASmallRoomNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = 1}, At({}), At(microseconds(120)));
  EXPECT_EQ(gathering.Rest(At(microseconds(120))), Duration::zero());
}

TEST(GatheringTest, WhereSeveralComeTogetherNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = Gathering::kEnough}, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(1))), Duration::zero());
}

TEST(GatheringTest, AfterAFlushOfAnythingElseNothingWaits) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = 0}, At({}), At(milliseconds(1)));
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
    gathering.Flushed({.messages = rested ? after_a_rest : 1}, begin, begin + milliseconds(1));
  }
  return rests;
}

TEST(GatheringTest, FewerThanOneInAHundredWaitWhereSendersWaitForEachOther) {
  Gathering gathering(milliseconds(2));
  RestsOf(gathering, 1000, 1);  // it has noticed
  EXPECT_LT(RestsOf(gathering, 10'000, 1), 100);
}

// What is read without a rest shows whether people wait for each other.
TEST(GatheringTest, WhereRestsGainMessagesOneInSixteenIsLeftOutToListen) {
  Gathering gathering(milliseconds(2));
  EXPECT_NEAR(RestsOf(gathering, 1'601, 2), 1'500, 1);
}

TEST(GatheringTest, NothingWaitsWhereAuthorsSendRightAfterTheirLastMessage) {
  Gathering gathering(milliseconds(2));
  gathering.Flushed({.messages = 1, .in_turn = 1}, At({}), At(milliseconds(1)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(1))), Duration::zero());
}

TEST(GatheringTest, OnceAQuarterOfTheMessagesIsSentFreelyItRestsAgain) {
  Gathering gathering(milliseconds(2));
  int turns = 0;
  const auto rests = [&](const Gathering::Sent& sent) {
    const MonotonicTime begin = At(++turns * milliseconds(10));
    gathering.Flushed(sent, begin, begin + milliseconds(1));
    return gathering.Rest(begin + milliseconds(1)) > Duration::zero();
  };
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(rests({.messages = 1, .in_turn = 1}));
  bool rested = false;
  for (int i = 0; i < 20 && !rested; ++i) rested = rests({.messages = 1, .freely = 1});
  EXPECT_TRUE(rested);
  EXPECT_LT(turns, 115);
}

TEST(GatheringTest, ItGathersAgainOnceARestGainsSomething) {
  Gathering gathering(milliseconds(2));
  RestsOf(gathering, 1000, 1);
  RestsOf(gathering, Gathering::kMostSkipped + 1, 2);
  EXPECT_GT(RestsOf(gathering, 100, 2), 90);
}

TEST(GatheringTest, ARestNowAndThenWithoutGainChangesNothing) {
  Gathering gathering(milliseconds(2));
  int rests = 0;
  for (int i = 0; i < 100; ++i) rests += RestsOf(gathering, 2, 1) + RestsOf(gathering, 1, 2);
  EXPECT_GT(rests, 265) << "of 300";
}

// The log stores them in a turn of its own, whose flush sends nothing.
TEST(GatheringTest, ItNoticesWhereTheLogIsOnDisk) {
  Gathering gathering(milliseconds(2));
  int rests = 0;
  for (int turn = 0; turn < 4000; ++turn) {
    const MonotonicTime begin = At(turn * milliseconds(10));
    rests += gathering.Rest(begin - milliseconds(9)) > Duration::zero() ? 1 : 0;
    gathering.Flushed({.messages = turn % 2 == 0 ? 0U : 1U}, begin, begin + milliseconds(1));
  }
  EXPECT_LT(rests, 40);
}

TEST(GatheringTest, OffItNeverWaits) {
  Gathering gathering(Duration::zero());
  gathering.Flushed({.messages = 1}, At({}), At(milliseconds(40)));
  EXPECT_EQ(gathering.Rest(At(milliseconds(40))), Duration::zero());
}

}  // namespace
}  // namespace parley
