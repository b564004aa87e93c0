#include "common/base/clock.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using std::chrono::milliseconds;

TEST(FormatTime, IsRfc3339InUtcWithMilliseconds) {
  const struct {
    std::int64_t since_epoch;  // milliseconds
    const char* text;
  } cases[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1, "1970-01-01T00:00:00.001Z"},
      {999, "1970-01-01T00:00:00.999Z"},
      {1000, "1970-01-01T00:00:01.000Z"},
      {86'399'999, "1970-01-01T23:59:59.999Z"},
      {86'400'000, "1970-01-02T00:00:00.000Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},    // leap: 2000 can be divided by 400
      {1'709'164'800'010, "2024-02-29T00:00:00.010Z"},  // leap
      {1'709'251'199'999, "2024-02-29T23:59:59.999Z"},
      {1'709'251'200'000, "2024-03-01T00:00:00.000Z"},
      {1'740'787'200'000, "2025-03-01T00:00:00.000Z"},  // no leap year
      {1'769'850'307'042, "2026-01-31T09:05:07.042Z"},
      {4'107'542'400'000, "2100-03-01T00:00:00.000Z"},  // no leap year either
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(FormatTime(WallTime(milliseconds(one.since_epoch))), one.text);
  }
}

TEST(FormatTime, SortsAsTheTimesDo) {
  std::string before = FormatTime(WallTime(milliseconds(0)));
  for (std::int64_t at = 12'345'678'901; at < 4'000'000'000'000; at += 98'765'432'109) {
    const std::string after = FormatTime(WallTime(milliseconds(at)));
    EXPECT_LT(before, after);
    before = after;
  }
}

TEST(FormatDuration, HasHoursMinutesAndSeconds) {
  EXPECT_EQ(FormatDuration(milliseconds(0)), "0:00:00");
  EXPECT_EQ(FormatDuration(milliseconds(67'499)), "0:01:07");
  EXPECT_EQ(FormatDuration(milliseconds(67'501)), "0:01:08");
  EXPECT_EQ(FormatDuration(milliseconds(360'000'000)), "100:00:00");
}

TEST(ReadSystemClock, NeverGoesBackInMonotonicTime) {
  const Now first = ReadSystemClock();
  const Now second = ReadSystemClock();
  EXPECT_LE(first.monotonic, second.monotonic);
}

}  // namespace
}  // namespace parley
