#include "server/media/resend_budget.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLongTrip{100};

class ResendBudgetTest : public testing::Test {
 protected:
  // A megabyte a second.
  void Stream(seconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(1)) {
      now_ += milliseconds(1);
      budget_.Sent(1000, now_);
    }
  }

  MonotonicTime now_{seconds(100)};
  ResendBudget budget_;
};

TEST_F(ResendBudgetTest, APacketGoesAgainOnceInARoundTrip) {
  EXPECT_TRUE(budget_.Allow(1, 1000, kLongTrip, now_));
  EXPECT_FALSE(budget_.Allow(1, 1000, kLongTrip, now_ + kLongTrip - milliseconds(1)));
  EXPECT_TRUE(budget_.Allow(2, 1000, kLongTrip, now_));
  EXPECT_TRUE(budget_.Allow(1, 1000, kLongTrip, now_ + kLongTrip));
}

TEST_F(ResendBudgetTest, AllTogetherTakeAShareOfWhatIsForwarded) {
  Stream(seconds(10));
  std::size_t again = 0;
  for (std::uint64_t key = 0; key < 20'000; ++key) {
    if (key % 4 == 0) budget_.Sent(1000, now_ += milliseconds(1));
    if (budget_.Allow(key, 1000, kLongTrip, now_)) again += 1000;
  }
  // 5 s, and what was allowed at their start.
  const std::size_t share = 1'000'000 / 100 * limits::kResendShare;
  EXPECT_GT(again, 4 * share);
  EXPECT_LE(again, 6 * share);
}

TEST_F(ResendBudgetTest, AReceiverOfLittleStillGetsAFewAgain) {
  std::size_t again = 0;
  for (std::uint64_t key = 0; key < 100; ++key) again += budget_.Allow(key, 1000, kLongTrip, now_) ? 1 : 0;
  EXPECT_GE(again, 10U);
  EXPECT_LT(again, 20U);
}

TEST_F(ResendBudgetTest, TheNumberOfRememberedResendsIsLimited) {
  Stream(seconds(10));
  std::size_t again = 0;
  for (std::uint64_t key = 0; key < 2 * limits::kResendsRemembered; ++key) {
    again += budget_.Allow(key, 1, kLongTrip, now_) ? 1 : 0;
  }
  EXPECT_EQ(again, limits::kResendsRemembered);
  EXPECT_TRUE(budget_.Allow(99'999, 1, kLongTrip, now_ + seconds(2)));
}

TEST_F(ResendBudgetTest, TheNumberOfLookupsPerSecondIsLimited) {
  EXPECT_EQ(budget_.Look(limits::kNackedPerSecond - 1, now_), limits::kNackedPerSecond - 1);
  EXPECT_EQ(budget_.Look(17, now_), 1U);
  now_ += milliseconds(999);
  EXPECT_FALSE(budget_.MayLook(now_));
  EXPECT_EQ(budget_.Look(17, now_), 0U);
  now_ += milliseconds(1);
  EXPECT_TRUE(budget_.MayLook(now_));
  EXPECT_EQ(budget_.Look(17, now_), 17U);
}

}  // namespace
}  // namespace parley
