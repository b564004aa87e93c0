#include "server/media/recent_loss.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::seconds;

TEST(RecentLoss, TheWorstReportCountsForAWhile) {
  MonotonicTime now{seconds(1000)};
  RecentLoss loss;
  EXPECT_EQ(loss.Worst(now), 0);
  loss.Report(13, now);
  loss.Report(2, now);
  EXPECT_EQ(loss.Worst(now), 13);
  now += limits::kLossMemory - seconds(1);
  loss.Report(0, now);
  EXPECT_EQ(loss.Worst(now), 13);
  now += seconds(2);
  EXPECT_EQ(loss.Worst(now), 13);
  loss.Report(4, now);
  EXPECT_EQ(loss.Worst(now), 13);
  now += limits::kLossMemory;
  EXPECT_EQ(loss.Worst(now), 4);
  loss.Report(0, now);
  EXPECT_EQ(loss.Worst(now), 4);
  now += 2 * limits::kLossMemory;
  EXPECT_EQ(loss.Worst(now), 0);
  loss.Report(0, now);
  EXPECT_EQ(loss.Worst(now), 0);
}

}  // namespace
}  // namespace parley
