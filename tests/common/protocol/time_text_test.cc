#include "common/protocol/time_text.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::protocol {
namespace {

TEST(TimeText, IsWhatFormatTimeWritesAndComesBack) {
  // Some 40,000 times over 400 years: each day of the year, leap days, every hour, minute and second.
  const WallTime end{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};
  for (WallTime time{std::chrono::sys_days{std::chrono::year{1800} / 1 / 1}}; time < end;
       time += std::chrono::milliseconds(315'569'251)) {
    const std::string text(TimeText(time));
    ASSERT_EQ(text, FormatTime(time));
    ASSERT_EQ(ParseTime(text), time);
  }
}

TEST(TimeText, IsOfTheTimeThatIsAskedForNotOfTheOneBefore) {
  EXPECT_EQ(TimeText(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(TimeText(WallTime{std::chrono::milliseconds(1)}), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(TimeText(WallTime{}), "1970-01-01T00:00:00.000Z");
}

TEST(TimeText, ParsesLeapDaysOnlyInLeapYears) {
  EXPECT_TRUE(ParseTime("2024-02-29T00:00:00.000Z"));
  EXPECT_TRUE(ParseTime("2000-02-29T00:00:00.000Z"));
  EXPECT_FALSE(ParseTime("2025-02-29T00:00:00.000Z"));
  EXPECT_FALSE(ParseTime("2100-02-29T00:00:00.000Z"));
}

TEST(TimeText, ParsesNothingElse) {
  for (const char* text :
       {"", "2026-01-31", "2026-01-31T09:05:07Z", "2026-01-31T09:05:07.042", "2026-01-31T09:05:07.042+00:00",
        "2026-01-31t09:05:07.042z", "2026-01-31 09:05:07.042Z", "2026-1-31T09:05:07.0420Z",
        "2026-00-10T09:05:07.042Z", "2026-13-10T09:05:07.042Z", "2026-01-00T09:05:07.042Z",
        "2026-04-31T09:05:07.042Z", "2026-01-31T24:00:00.000Z", "2026-01-31T23:60:00.000Z",
        "2026-01-31T23:59:60.000Z", "-026-01-31T09:05:07.042Z", "2026-01-31T09:05:07.042ZZ",
        "2026-01-31T+9:05:07.042Z", " 2026-01-31T09:05:07.042Z"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

}  // namespace
}  // namespace parley::protocol
