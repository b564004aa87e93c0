#include "common/base/calendar.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

std::tm At(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = second;
  return parts;
}

TEST(Calendar, CountsFrom1970) {
  EXPECT_EQ(UtcSeconds(At(1970, 1, 1)), sys_seconds(seconds(0)));
  EXPECT_EQ(UtcSeconds(At(1969, 12, 31, 23, 59, 59)), sys_seconds(seconds(-1)));
  EXPECT_EQ(UtcSeconds(At(2026, 11, 29, 21, 4, 5)), sys_seconds(seconds(1'795'986'245)));
}

TEST(Calendar, HasLeapDays) {
  EXPECT_EQ(UtcSeconds(At(2024, 3, 1)).value() - UtcSeconds(At(2024, 2, 29)).value(), std::chrono::days(1));
  EXPECT_EQ(UtcSeconds(At(2000, 2, 29)), sys_seconds(seconds(951'782'400)));
}

TEST(Calendar, GoesBeyondTheEndOfNanoseconds) {
  EXPECT_EQ(UtcSeconds(At(9999, 12, 31, 23, 59, 59)), sys_seconds(seconds(253'402'300'799)));
}

TEST(Calendar, RefusesDaysThatThereAreNot) {
  EXPECT_EQ(UtcSeconds(At(2026, 2, 29)), std::nullopt);
  EXPECT_EQ(UtcSeconds(At(2026, 4, 31)), std::nullopt);
  EXPECT_EQ(UtcSeconds(At(2026, 13, 1)), std::nullopt);
  EXPECT_EQ(UtcSeconds(At(2026, 1, 0)), std::nullopt);
}

}  // namespace
}  // namespace parley
