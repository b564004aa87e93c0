#include "server/media/packet_ring.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/media_limits.h"

namespace parley {
namespace {

TEST(PacketRing, KeepsTheNewestAndNoMore) {
  KeptBytes kept;
  PacketRing ring(limits::kResendPackets, kept);
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

TEST(PacketRing, APacketThatNeverCameIsNotFound) {
  KeptBytes kept;
  PacketRing ring(8, kept);
  EXPECT_FALSE(ring.Find(0));
  ring.Keep(1, "one");
  EXPECT_FALSE(ring.Find(0));
  EXPECT_FALSE(ring.Find(9));  // the same place
}

TEST(PacketRing, AllRingsTogetherKeepSoManyBytes) {
  constexpr std::size_t kMost = std::size_t{64} * 1024;
  KeptBytes kept(kMost);
  const std::string packet(1000, 'x');
  {
    PacketRing one(64, kept);
    PacketRing other(64, kept);
    EXPECT_EQ(kept.bytes(), 0U);  // nothing came
    for (std::uint16_t i = 0; i < 64; ++i) one.Keep(i, packet);
    for (std::uint16_t i = 0; i < 64; ++i) other.Keep(i, packet);
    EXPECT_LE(kept.bytes(), kMost + packet.size());
    EXPECT_TRUE(one.Find(0));
    EXPECT_FALSE(other.Find(63));
    one.Keep(64, packet);  // in the place of another one
    EXPECT_TRUE(one.Find(64));
    one.Clear();
    EXPECT_FALSE(one.Find(64));
    other.Keep(63, packet);
    EXPECT_TRUE(other.Find(63));
  }
  EXPECT_EQ(kept.bytes(), 0U);
}

TEST(PacketRing, APageTakesNoMoreThanItsPart) {
  KeptBytes all;
  KeptBytes page(limits::kKeptBytesOfPage, &all);
  KeptBytes other(limits::kKeptBytesOfPage, &all);
  const std::string packet(2000, 'x');
  PacketRing large(4096, page);
  for (std::uint16_t i = 0; i < 4096; ++i) large.Keep(i, packet);
  EXPECT_LE(page.bytes(), limits::kKeptBytesOfPage);
  EXPECT_FALSE(page.MayTake(packet.size()));
  EXPECT_EQ(all.bytes(), page.bytes());
  PacketRing small(8, other);
  small.Keep(1, packet);
  EXPECT_TRUE(small.Find(1));
  large.Clear();
  EXPECT_EQ(page.bytes(), 0U);
  EXPECT_EQ(all.bytes(), other.bytes());
}

TEST(PacketRing, TheLimitOfAllRingsIsReached) {
  KeptBytes kept;
  EXPECT_TRUE(kept.MayTake(limits::kKeptBytes));
  kept.Change(0, limits::kKeptBytes);
  PacketRing ring(8, kept);
  ring.Keep(1, "one");
  EXPECT_FALSE(ring.Find(1));
  kept.Change(limits::kKeptBytes, 0);
}

}  // namespace
}  // namespace parley
