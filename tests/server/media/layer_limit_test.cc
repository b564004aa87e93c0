#include "server/media/layer_limit.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LayerLimitTest : public testing::Test {
 protected:
  void Pass(Duration time) { now_ += time; }

  MonotonicTime now_{seconds(1000)};
  LayerLimit limit_;
};

TEST_F(LayerLimitTest, AGoodLineGetsAllLayers) {
  for (int i = 0; i < 100; ++i) {
    limit_.Report(10, now_);
    limit_.Estimate(900'000, 1'000'000, now_);
    Pass(seconds(1));
    EXPECT_EQ(limit_.Highest(now_), 2U);
  }
}

TEST_F(LayerLimitTest, LossTakesALayerAndNotTwoAtOnce) {
  limit_.Report(60, now_);
  EXPECT_EQ(limit_.Highest(now_), 1U);
  limit_.Report(60, now_ + limits::kLayerSettle - milliseconds(1));
  EXPECT_EQ(limit_.Highest(now_), 1U);
  Pass(limits::kLayerSettle);
  limit_.Report(60, now_);
  EXPECT_EQ(limit_.Highest(now_), 0U);
  Pass(limits::kLayerSettle);
  limit_.Report(60, now_);
  EXPECT_EQ(limit_.Highest(now_), 0U);
}

TEST_F(LayerLimitTest, OneLowEstimateProvesNothingAndThreeDo) {
  limit_.Estimate(100'000, 1'000'000, now_);
  limit_.Estimate(100'000, 1'000'000, now_);
  limit_.Estimate(800'000, 1'000'000, now_);
  limit_.Estimate(100'000, 1'000'000, now_);
  EXPECT_EQ(limit_.Highest(now_), 2U);
  limit_.Estimate(100'000, 1'000'000, now_);
  limit_.Estimate(100'000, 1'000'000, now_);
  EXPECT_EQ(limit_.Highest(now_), 1U);
}

TEST_F(LayerLimitTest, AHugeEstimateIsNotLow) {
  for (int i = 0; i < 10; ++i) limit_.Estimate(std::uint64_t{1} << 62U, 1'000'000, now_);
  EXPECT_EQ(limit_.Highest(now_), 2U);
}

TEST_F(LayerLimitTest, ALayerThatWasTooMuchIsTriedAgainLaterEachTime) {
  limit_.Report(60, now_);
  Duration wait = limits::kLayerWait;
  for (int round = 0; round < 6; ++round) {
    Pass(wait - milliseconds(1));
    EXPECT_EQ(limit_.Highest(now_), 1U) << round;
    Pass(milliseconds(1));
    EXPECT_EQ(limit_.Highest(now_), 2U) << round;
    Pass(limits::kLayerSettle);
    limit_.Report(60, now_);
    EXPECT_EQ(limit_.Highest(now_), 1U) << round;
    wait = std::min<Duration>(2 * wait, limits::kLongestLayerWait);
  }
}

TEST_F(LayerLimitTest, ALineThatBecameGoodGetsItsLayersBack) {
  limit_.Report(60, now_);
  Pass(limits::kLayerSettle);
  limit_.Report(60, now_);
  EXPECT_EQ(limit_.Highest(now_), 0U);
  Pass(limits::kLayerWait);
  EXPECT_EQ(limit_.Highest(now_), 1U);
  Pass(limits::kLayerWait);
  EXPECT_EQ(limit_.Highest(now_), 2U);
}

}  // namespace
}  // namespace parley
