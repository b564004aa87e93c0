#include "server/media/packet_ring.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

TEST(PacketRing, KeepsTheNewestAndNoMore) {
  PacketRing ring(limits::kResendPackets);
  for (std::uint32_t i = 65'000; i < 65'000 + 1'000; ++i) {
    ring.Keep(static_cast<std::uint16_t>(i), "packet " + std::to_string(i));
  }
  for (std::uint32_t i = 65'000; i < 66'000; ++i) {
    const auto found = ring.Find(static_cast<std::uint16_t>(i));
    if (i < 66'000 - limits::kResendPackets) {
      EXPECT_FALSE(found) << i;
    } else {
      EXPECT_EQ(found, "packet " + std::to_string(i));
    }
  }
}

TEST(PacketRing, WhatNeverCameIsNotFound) {
  PacketRing ring(8);
  EXPECT_FALSE(ring.Find(0));
  ring.Keep(1, "one");
  EXPECT_FALSE(ring.Find(0));
  EXPECT_FALSE(ring.Find(9));  // the same place
}

}  // namespace
}  // namespace parley
