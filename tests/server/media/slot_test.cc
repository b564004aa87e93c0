#include "server/media/slot.h"

#include <gtest/gtest.h>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr MediaStream kOne{1};
constexpr MediaStream kTwo{2};

class SlotTest : public testing::Test {
 protected:
  static Slot::Packet Voice(std::uint16_t sequence, std::uint32_t timestamp) {
    return {{false, 111, sequence, timestamp, 1234}, nullptr, true};
  }
  Slot::Packet Picture(std::uint16_t sequence, bool key_frame, std::uint16_t picture_id, std::uint8_t base) {
    vp8_.key_frame = key_frame;
    vp8_.picture_id = picture_id;
    vp8_.base_picture = base;
    return {{false, 120, sequence, 90U * sequence, 1234}, &vp8_, true};
  }

  MonotonicTime now_{std::chrono::seconds(100)};
  Vp8Descriptor vp8_;
  Slot slot_{{77, 96, 48000, 1000, 5000, 10, 20}};
};

TEST_F(SlotTest, NothingIsForwardedBeforeASourceIsChosen) {
  EXPECT_FALSE(slot_.Forward(kOne, Voice(1, 1), now_));
}

TEST_F(SlotTest, ASourceHasTheSlotsNumbersFromItsFirstPacketOn) {
  slot_.SwitchTo(kOne, false);
  const auto first = slot_.Forward(kOne, Voice(65535, 4'000'000'000), now_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header, (RtpHeader{false, 96, 1000, 5000, 77}));
  const auto second = slot_.Forward(kOne, Voice(0, 4'000'000'960), now_);
  EXPECT_EQ(second->header.sequence, 1001);
  EXPECT_EQ(second->header.timestamp, 5960U);
  // A hole stays a hole, so that the page asks for it.
  EXPECT_EQ(slot_.Forward(kOne, Voice(2, 0), now_)->header.sequence, 1003);
  EXPECT_EQ(slot_.Forward(kOne, Voice(1, 0), now_)->header.sequence, 1002);
}

TEST_F(SlotTest, AfterASwitchNumbersGoOnByTheTimeThatPassed) {
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(7, 100), now_);
  slot_.SwitchTo(kTwo, false);
  EXPECT_FALSE(slot_.Forward(kTwo, {Voice(1, 1).header, nullptr, false}, now_));  // only probes
  EXPECT_TRUE(slot_.Forward(kOne, Voice(8, 1060), now_));                         // still this one
  now_ += milliseconds(100);
  const auto switched = slot_.Forward(kTwo, Voice(50'000, 77), now_);
  ASSERT_TRUE(switched);
  EXPECT_EQ(switched->header.sequence, 1002);
  EXPECT_EQ(switched->header.timestamp, 5960U + 4800U);
  EXPECT_EQ(slot_.source(), kTwo);
  EXPECT_FALSE(slot_.Forward(kOne, Voice(9, 2020), now_));
  EXPECT_FALSE(slot_.Forward(kTwo, Voice(49'999, 0), now_));  // before the switch
}

TEST_F(SlotTest, APictureIsSwitchedAtAKeyFrameAndItsNumbersGoOn) {
  slot_.SwitchTo(kOne, true);
  EXPECT_FALSE(slot_.Forward(kOne, Picture(5, false, 300, 30), now_));
  EXPECT_EQ(slot_.awaited(), kOne);
  const auto first = slot_.Forward(kOne, Picture(6, true, 301, 31), now_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->picture_id, 10);
  EXPECT_EQ(first->base_picture, 20);
  EXPECT_FALSE(slot_.awaited());
  slot_.Forward(kOne, Picture(7, false, 302, 32), now_);
  slot_.SwitchTo(kTwo, true);
  EXPECT_EQ(slot_.Forward(kOne, Picture(8, false, 303, 33), now_)->picture_id, 12);
  const auto second = slot_.Forward(kTwo, Picture(900, true, 32767, 255), now_);
  EXPECT_EQ(second->picture_id, 13);
  EXPECT_EQ(second->base_picture, 23);
  EXPECT_EQ(slot_.Forward(kTwo, Picture(901, false, 0, 0), now_)->picture_id, 14);
}

TEST_F(SlotTest, APacketWithoutAPayloadIsLeftOutAndLeavesNoHole) {
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(10, 0), now_);
  EXPECT_FALSE(slot_.Forward(kOne, {Voice(11, 0).header, nullptr, false}, now_));
  EXPECT_EQ(slot_.Forward(kOne, Voice(12, 0), now_)->header.sequence, 1001);
  EXPECT_FALSE(slot_.Forward(kOne, {Voice(13, 0).header, nullptr, false}, now_));
  EXPECT_FALSE(slot_.Forward(kOne, {Voice(14, 0).header, nullptr, false}, now_));
  EXPECT_EQ(slot_.Forward(kOne, Voice(15, 0), now_)->header.sequence, 1002);
  EXPECT_EQ(slot_.OriginOf(1000)->sequence, 10);
  EXPECT_EQ(slot_.OriginOf(1001)->sequence, 12);
  EXPECT_EQ(slot_.OriginOf(1002)->sequence, 15);
}

TEST_F(SlotTest, TheOriginOfAPacketIsKnownAcrossSwitches) {
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(10, 0), now_);
  slot_.SwitchTo(kTwo, false);
  slot_.Forward(kTwo, Voice(500, 0), now_);
  EXPECT_EQ(slot_.OriginOf(1000)->source, kOne);
  EXPECT_EQ(slot_.OriginOf(1001)->source, kTwo);
  EXPECT_EQ(slot_.OriginOf(1001)->sequence, 500);
  EXPECT_FALSE(slot_.OriginOf(999));
  EXPECT_EQ(slot_.Again(kOne, Voice(10, 0))->header.sequence, 1000);
  // Beyond its end the first source has no number here.
  EXPECT_FALSE(slot_.Again(kOne, Voice(11, 0)));
  // If a source comes back, what it sent before is not known any more.
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(20, 0), now_);
  EXPECT_FALSE(slot_.OriginOf(1000));
  EXPECT_EQ(slot_.OriginOf(1002)->sequence, 20);
}

TEST_F(SlotTest, AnEmptiedSlotForwardsNothingUntilItIsSwitched) {
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(10, 0), now_);
  slot_.Empty();
  EXPECT_FALSE(slot_.Forward(kOne, Voice(11, 0), now_));
  slot_.SwitchTo(kOne, false);
  EXPECT_EQ(slot_.Forward(kOne, Voice(12, 0), now_)->header.sequence, 1001);
}

TEST_F(SlotTest, ASwitchThatIsTakenBackChangesNothing) {
  slot_.SwitchTo(kOne, false);
  slot_.Forward(kOne, Voice(10, 0), now_);
  slot_.SwitchTo(kTwo, true);
  slot_.SwitchTo(kOne, true);
  EXPECT_FALSE(slot_.awaited());
  EXPECT_FALSE(slot_.Forward(kTwo, Picture(5, true, 1, 1), now_));
}

TEST_F(SlotTest, ALongStreamGoesOnThroughAllRounds) {
  slot_.SwitchTo(kOne, false);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    const auto sequence = static_cast<std::uint16_t>(i);
    const auto out = slot_.Forward(kOne, Voice(sequence, i), now_);
    ASSERT_TRUE(out) << i;
    ASSERT_EQ(out->header.sequence, static_cast<std::uint16_t>(1000 + i));
    ASSERT_EQ(slot_.OriginOf(out->header.sequence)->sequence, sequence);
  }
  EXPECT_TRUE(slot_.Again(kOne, Voice(static_cast<std::uint16_t>(199'000), 0)));
}

TEST_F(SlotTest, APacketThatIsTooLateIsNotForwarded) {
  slot_.SwitchTo(kOne, false);
  for (std::uint16_t i = 0; i <= limits::kLatestPacket + 1; ++i) slot_.Forward(kOne, Voice(i, i), now_);
  EXPECT_FALSE(slot_.Forward(kOne, Voice(0, 0), now_));
  EXPECT_TRUE(slot_.Forward(kOne, Voice(1, 1), now_));
}

}  // namespace
}  // namespace parley
