#include "server/media/reception.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::milliseconds;

class ReceptionTest : public testing::Test {
 protected:
  // A packet each 20 ms.
  void Receive(std::uint16_t sequence, milliseconds late = milliseconds(0)) {
    reception_.Receive({false, 111, sequence, sequence * 960U, 7}, now_ + milliseconds(20) * sequence + late);
  }

  MonotonicTime now_{std::chrono::seconds(1000)};
  Reception reception_{48000};
};

TEST_F(ReceptionTest, BeforeTheFirstPacketThereIsNothingToReport) {
  EXPECT_FALSE(reception_.Take(7, now_));
}

TEST_F(ReceptionTest, LossIsReportedOnceAsAShareAndForeverAsANumber) {
  for (std::uint16_t i = 10; i < 110; ++i) {
    if (i % 4 != 1) Receive(i);
  }
  auto block = *reception_.Take(7, now_);
  EXPECT_EQ(block.ssrc, 7U);
  EXPECT_EQ(block.fraction_lost, 256 * 24 / 99);  // the last one is missing, which cannot be known yet
  EXPECT_EQ(block.lost, 24);
  EXPECT_EQ(block.highest_sequence, 108U);
  EXPECT_EQ(block.jitter, 0U);
  for (std::uint16_t i = 109; i < 120; ++i) Receive(i);
  block = *reception_.Take(7, now_);
  EXPECT_EQ(block.fraction_lost, 0);
  EXPECT_EQ(block.lost, 24);
}

TEST_F(ReceptionTest, SequenceNumbersGoOnBeyondARound) {
  for (std::uint32_t i = 65530; i < 65550; ++i) Receive(static_cast<std::uint16_t>(i));
  EXPECT_EQ(reception_.Take(7, now_)->highest_sequence, 65549U);
  EXPECT_EQ(reception_.Take(7, now_)->lost, 0);
}

TEST_F(ReceptionTest, JitterGrowsWhenPacketsAreLate) {
  for (std::uint16_t i = 0; i < 200; ++i) Receive(i, milliseconds(i % 2 == 0 ? 0 : 10));
  EXPECT_NEAR(reception_.Take(7, now_)->jitter, 480, 10);
}

TEST_F(ReceptionTest, ASenderReportGivesTheTimestampOfNowAndItsAge) {
  EXPECT_FALSE(reception_.TimestampAt(now_));
  Receive(0);
  reception_.Report({7, 0x0000000100020000, 5000, 0, 0, {}}, now_);
  EXPECT_EQ(reception_.TimestampAt(now_ + milliseconds(500)), 29000U);
  const auto block = *reception_.Take(7, now_ + milliseconds(500));
  EXPECT_EQ(block.last_report, 0x00010002U);
  EXPECT_EQ(block.since_last_report, 32768U);
}

TEST_F(ReceptionTest, ASenderReportOfYesterdayStillCounts) {
  Receive(0);
  reception_.Report({7, 0x0000000100020000, 5000, 0, 0, {}}, now_);
  const auto later = now_ + std::chrono::hours(25);  // 90,000 s, more than 32 bits of the clock's units
  EXPECT_EQ(reception_.TimestampAt(later), static_cast<std::uint32_t>(5000 + 90'000ULL * 48'000));
  EXPECT_EQ(reception_.Take(7, later)->since_last_report, 0xFFFFFFFFU);
}

}  // namespace
}  // namespace parley
