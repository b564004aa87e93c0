#include "server/admin/progress_bar.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(ProgressBarTest, SaysHowMuchIsDoneAndLeft) {
  EXPECT_EQ(ProgressText(minutes(30), minutes(60), minutes(10)),
            "[###############               ] 50 %, about 10 min left");
  EXPECT_EQ(ProgressText(minutes(0), minutes(60), seconds(3)), "[                              ] 0 %");
  EXPECT_EQ(ProgressText(minutes(60), minutes(60), minutes(20)), "[##############################] 100 %");
  EXPECT_EQ(ProgressText(minutes(90), minutes(60), minutes(20)), "[##############################] 100 %");
  EXPECT_EQ(ProgressText(minutes(0), minutes(0), seconds(0)), "[##############################] 100 %");
}

}  // namespace
}  // namespace parley
