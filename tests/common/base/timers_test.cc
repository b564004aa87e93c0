#include "common/base/timers.h"

#include <gtest/gtest.h>

#include <chrono>

namespace parley {
namespace {

using std::chrono::seconds;

constexpr MonotonicTime At(int second) {
  return MonotonicTime(seconds(second));
}

TEST(TimersTest, EmptyHasNothingDue) {
  Timers timers;
  EXPECT_EQ(timers.Next(), std::nullopt);
  EXPECT_EQ(timers.PopDue(At(1'000)), std::nullopt);
}

TEST(TimersTest, TakesDueKeysEarliestFirst) {
  Timers timers;
  timers.Set(1, At(30));
  timers.Set(2, At(10));
  timers.Set(3, At(20));
  EXPECT_EQ(timers.Next(), At(10));
  EXPECT_EQ(timers.PopDue(At(25)), 2u);
  EXPECT_EQ(timers.PopDue(At(25)), 3u);
  EXPECT_EQ(timers.PopDue(At(25)), std::nullopt);
  EXPECT_EQ(timers.Next(), At(30));
}

TEST(TimersTest, IsDueAtItsVeryTime) {
  Timers timers;
  timers.Set(7, At(5));
  EXPECT_EQ(timers.PopDue(At(5) - Duration(1)), std::nullopt);
  EXPECT_EQ(timers.PopDue(At(5)), 7u);
}

TEST(TimersTest, TakesEachKeyOnce) {
  Timers timers;
  timers.Set(7, At(5));
  EXPECT_EQ(timers.PopDue(At(9)), 7u);
  EXPECT_EQ(timers.PopDue(At(9)), std::nullopt);
  EXPECT_EQ(timers.Next(), std::nullopt);
}

TEST(TimersTest, SettingAgainMovesTheDeadline) {
  Timers timers;
  timers.Set(1, At(10));
  timers.Set(2, At(20));
  timers.Set(1, At(30));
  EXPECT_EQ(timers.Next(), At(20));
  timers.Set(2, At(5));
  EXPECT_EQ(timers.Next(), At(5));
  timers.Set(2, At(5));
  EXPECT_EQ(timers.PopDue(At(100)), 2u);
  EXPECT_EQ(timers.PopDue(At(100)), 1u);
  EXPECT_EQ(timers.PopDue(At(100)), std::nullopt);
}

TEST(TimersTest, HasTheKeysThatAreSet) {
  Timers timers;
  timers.Set(1, At(10));
  timers.Set(2, At(20));
  timers.Cancel(2);
  EXPECT_TRUE(timers.Has(1));
  EXPECT_FALSE(timers.Has(2));
  EXPECT_EQ(timers.PopDue(At(10)), 1u);
  EXPECT_FALSE(timers.Has(1));
}

TEST(TimersTest, CancelledKeyIsNeverDue) {
  Timers timers;
  timers.Set(1, At(10));
  timers.Set(2, At(10));
  timers.Cancel(1);
  timers.Cancel(99);
  EXPECT_EQ(timers.PopDue(At(100)), 2u);
  EXPECT_EQ(timers.PopDue(At(100)), std::nullopt);
}

TEST(TimersTest, KeysOfOneTimeAreAllDue) {
  Timers timers;
  for (Timers::Key key = 0; key < 100; ++key) timers.Set(key, At(10));
  for (Timers::Key key = 0; key < 100; ++key) EXPECT_EQ(timers.PopDue(At(10)), key);
  EXPECT_EQ(timers.PopDue(At(10)), std::nullopt);
}

TEST(TimersTest, KeyCanBeSetAgainAfterItWasTaken) {
  Timers timers;
  timers.Set(1, At(10));
  ASSERT_EQ(timers.PopDue(At(10)), 1u);
  timers.Set(1, At(10));
  EXPECT_EQ(timers.PopDue(At(10)), 1u);
}

}  // namespace
}  // namespace parley
