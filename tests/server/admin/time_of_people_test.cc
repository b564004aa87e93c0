#include "server/admin/time_of_people.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace parley {
namespace {

class TimeOfPeopleTest : public testing::Test {
 protected:
  TimeOfPeopleTest() {
    ::setenv("TZ", "UTC-1", 1);  // an hour ahead of UTC
    ::tzset();
  }
  static std::string Of(const std::string& text) {
    const auto time = ParseTimeOfPeople(text);
    return time ? FormatTime(*time) : "";
  }
};

TEST_F(TimeOfPeopleTest, ADayBeginsHereAtMidnight) {
  EXPECT_EQ(Of("2026-11-23"), "2026-11-22T23:00:00.000Z");
}

TEST_F(TimeOfPeopleTest, ATimeIsOfThisZoneUnlessItSaysUtc) {
  EXPECT_EQ(Of("2026-11-23T09:05"), "2026-11-23T08:05:00.000Z");
  EXPECT_EQ(Of("2026-11-23 09:05:07"), "2026-11-23T08:05:07.000Z");
  EXPECT_EQ(Of("2026-11-23T09:05:07Z"), "2026-11-23T09:05:07.000Z");
}

TEST_F(TimeOfPeopleTest, AnythingElseIsRefused) {
  for (const char* const text : {"", "yesterday", "23.11.2026", "2026-13-01", "2026-02-30",
                                 "2026-11-23T25:00", "2026-11-23T09:05x", "2026-11-23T", "Z"}) {
    EXPECT_EQ(Of(text), "") << text;
  }
}

}  // namespace
}  // namespace parley
