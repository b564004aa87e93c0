#include "common/codec/opus.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using std::chrono::microseconds;

std::optional<microseconds> Of(unsigned configuration, unsigned code, const std::string& rest = "") {
  return DurationOfOpus(std::string(1, static_cast<char>(configuration << 3U | code)) + rest);
}

TEST(OpusTest, TheConfigurationSaysHowLongAFrameIs) {
  EXPECT_EQ(Of(0, 0), microseconds(10'000));
  EXPECT_EQ(Of(3, 0), microseconds(60'000));
  EXPECT_EQ(Of(11, 0), microseconds(60'000));
  EXPECT_EQ(Of(12, 0), microseconds(10'000));
  EXPECT_EQ(Of(15, 0), microseconds(20'000));
  EXPECT_EQ(Of(16, 0), microseconds(2'500));
  EXPECT_EQ(Of(31, 0), microseconds(20'000));
}

TEST(OpusTest, APacketMayHaveSeveralFrames) {
  EXPECT_EQ(Of(31, 1), microseconds(40'000));
  EXPECT_EQ(Of(31, 2), microseconds(40'000));
  EXPECT_EQ(Of(31, 3, "\x03"), microseconds(60'000));
  EXPECT_EQ(Of(3, 3, "\x02"), microseconds(120'000));
}

TEST(OpusTest, WhatIsNoPacketHasNoDuration) {
  EXPECT_FALSE(DurationOfOpus(""));
  EXPECT_FALSE(Of(31, 3));
  EXPECT_FALSE(Of(31, 3, std::string(1, '\0')));
  EXPECT_FALSE(Of(31, 3, "\x07"));  // 140 ms
}

TEST(OpusTest, SilenceHasItsLength) {
  EXPECT_EQ(DurationOfOpus(kOpusSilence), microseconds(20'000));
  EXPECT_EQ(DurationOfOpus(kShortOpusSilence), microseconds(2'500));
}

}  // namespace
}  // namespace parley
