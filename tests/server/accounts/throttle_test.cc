#include "server/accounts/throttle.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"

namespace parley {
namespace {

using std::chrono::seconds;

class ThrottleTest : public testing::Test {
 protected:
  Duration Fail(const std::string& key) { return throttle_.Failed(key, now_); }
  void FailFreely(const std::string& key) {
    for (unsigned i = 0; i < limits::kFreeTries; ++i) EXPECT_EQ(Fail(key), Duration::zero()) << i;
  }

  Throttle throttle_;
  MonotonicTime now_{std::chrono::hours(1)};
};

TEST_F(ThrottleTest, FiveTriesAreFreeThenTheHoldDoublesFromOneSecondToTen) {
  FailFreely("ana");
  for (const int hold : {1, 2, 4, 8, 10, 10, 10}) EXPECT_EQ(Fail("ana"), seconds(hold));
}

TEST_F(ThrottleTest, TheHoldStaysAtTenHoweverManyFollow) {
  FailFreely("ana");
  for (int i = 0; i < 100; ++i) Fail("ana");
  EXPECT_EQ(Fail("ana"), seconds(10));
}

TEST_F(ThrottleTest, NobodyElseIsHeld) {
  FailFreely("ana");
  EXPECT_EQ(Fail("ana"), seconds(1));
  EXPECT_EQ(Fail("ben"), Duration::zero());
}

TEST_F(ThrottleTest, FiveMayOvertakeAndOneMoreEveryTenSeconds) {
  EXPECT_TRUE(throttle_.MayOvertake("ana", now_)) << "nobody guessed";
  FailFreely("ana");
  for (unsigned i = 0; i < limits::kOvertakings; ++i) EXPECT_TRUE(throttle_.MayOvertake("ana", now_)) << i;
  EXPECT_FALSE(throttle_.MayOvertake("ana", now_));
  now_ += limits::kOvertakingPeriod;
  EXPECT_TRUE(throttle_.MayOvertake("ana", now_));
  EXPECT_FALSE(throttle_.MayOvertake("ana", now_));
}

TEST_F(ThrottleTest, ACorrectPasswordResetsTheTries) {
  FailFreely("ana");
  Fail("ana");
  throttle_.Succeeded("ana");
  EXPECT_EQ(throttle_.size(), 0U);
  FailFreely("ana");
  throttle_.Succeeded("nobody");
}

TEST_F(ThrottleTest, TriesAreForgottenAWhileAfterTheLastOne) {
  FailFreely("ana");
  now_ += limits::kTriesRemembered - seconds(1);
  EXPECT_EQ(Fail("ana"), seconds(1));
  now_ += limits::kTriesRemembered;
  EXPECT_EQ(Fail("ana"), Duration::zero());
  EXPECT_EQ(throttle_.size(), 1U);
}

TEST_F(ThrottleTest, ItsMemoryIsBoundedAndTheOldestGoesFirst) {
  FailFreely("first");
  FailFreely("second");
  Fail("first");
  for (std::size_t i = throttle_.size(); i < limits::kTries + 1; ++i) Fail("n" + std::to_string(i));
  EXPECT_EQ(throttle_.size(), limits::kTries);
  EXPECT_EQ(Fail("first"), seconds(2)) << "it failed after the second did";
  EXPECT_EQ(Fail("second"), Duration::zero());
}

TEST_F(ThrottleTest, AFullMemoryForgetsNobodyWhoIsInItAlready) {
  FailFreely("ana");
  for (std::size_t i = throttle_.size(); i < limits::kTries; ++i) Fail("n" + std::to_string(i));
  EXPECT_EQ(Fail("ana"), seconds(1));
}

TEST(GuesserTest, HasANetworkOfIPv6AndOneAddressOfIPv4) {
  EXPECT_EQ(GuesserOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(GuesserOf("2001:db8:1:2::9"), GuesserOf("2001:db8:1:2:ffff::1"));
  EXPECT_NE(GuesserOf("2001:db8:1:3::9"), GuesserOf("2001:db8:1:2::9"));
  EXPECT_EQ(GuesserOf("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(GuesserOf("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(GuesserOf("no address"), "no address");
}

}  // namespace
}  // namespace parley
