#include "server/media/red.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

// A packet with one older block of 3 bytes, 960 ticks ago, and the newest.
std::string WithOneOlder() {
  return std::string("\xEF\x0F\x00\x03", 4) + "\x6F" + "old" + "new one";
}

TEST(Red, TheNewestBlockIsWhatThePacketWouldCarryAlone) {
  EXPECT_EQ(NewestRedBlock(WithOneOlder()), "new one");
  EXPECT_EQ(NewestRedBlock("\x6F"
                           "alone"),
            "alone");
  EXPECT_EQ(NewestRedBlock("\x6F"), "");
}

TEST(Red, WhatIsCutIsNotRead) {
  const std::string whole = WithOneOlder();
  for (std::size_t size = 0; size < 8; ++size) EXPECT_FALSE(NewestRedBlock(whole.substr(0, size))) << size;
  EXPECT_FALSE(NewestRedBlock(""));
}

TEST(Red, EachBlockGetsTheTypeOfTheReceiver) {
  std::string payload = WithOneOlder();
  RewriteRed(payload, 109);
  EXPECT_EQ(payload, std::string("\xED\x0F\x00\x03", 4) + "\x6D" + "old" + "new one");
}

}  // namespace
}  // namespace parley
