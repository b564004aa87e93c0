#include "client/ui/bell.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

using std::chrono::milliseconds;

const std::vector<Notice> kAsks = {{.text = "one"}, {.text = "two", .rings = true}};
const MonotonicTime kStart{std::chrono::hours(1)};

TEST(BellTest, RingsForANoticeThatAsksForThePersonAndForNoOther) {
  Bell bell(true);
  EXPECT_FALSE(bell.RingsFor({}, kStart));
  EXPECT_FALSE(bell.RingsFor({{.text = "one"}}, kStart));
  EXPECT_TRUE(bell.RingsFor(kAsks, kStart));
}

TEST(BellTest, RingsOnceASecondAtMost) {
  Bell bell(true);
  EXPECT_TRUE(bell.RingsFor(kAsks, kStart));
  EXPECT_FALSE(bell.RingsFor(kAsks, kStart + milliseconds(999)));
  EXPECT_TRUE(bell.RingsFor(kAsks, kStart + milliseconds(1000)));
  EXPECT_FALSE(bell.RingsFor(kAsks, kStart + milliseconds(1999)));
}

TEST(BellTest, IsSilentWhereThePersonWantsThat) {
  Bell bell(false);
  EXPECT_FALSE(bell.RingsFor(kAsks, kStart));
}

}  // namespace
}  // namespace parley::client
