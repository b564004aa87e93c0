#include "server/media/frame_joiner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using Packet = FrameJoiner::Packet;

class FrameJoinerTest : public testing::Test {
 protected:
  void Voice(std::uint16_t sequence, std::string_view data) {
    sound.Receive({.sequence = sequence, .timestamp = sequence * 960U, .data = data}, now, out);
  }
  // Part `part` of three of a frame. The sequence number is that of the first part.
  void Part(std::uint16_t sequence, int part, bool key_frame = false) {
    const std::string data = std::to_string(sequence) + "abc"[part];
    picture.Receive({.sequence = static_cast<std::uint16_t>(sequence + part),
                     .timestamp = sequence * 3000U,
                     .is_last = part == 2,
                     .starts_frame = part == 0,
                     .key_frame = part == 0 && key_frame,
                     .data = data},
                    now, out);
  }
  void Frame(std::uint16_t sequence, bool key_frame = false) {
    for (int part = 0; part < 3; ++part) Part(sequence, part, key_frame);
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const JoinedFrame& frame : out) texts.push_back(frame.bytes);
    return texts;
  }
  using Strings = std::vector<std::string>;

  MonotonicTime now{std::chrono::seconds(100)};
  FrameJoiner sound{true}, picture{false};
  std::vector<JoinedFrame> out;
};

TEST_F(FrameJoinerTest, EachPacketOfAVoiceIsAFrameInOrder) {
  Voice(65534, "a");
  Voice(0, "c");
  Voice(65535, "b");
  Voice(1, "d");
  EXPECT_EQ(Texts(), (Strings{"a", "b", "c", "d"}));
}

TEST_F(FrameJoinerTest, AVoiceGoesOnAfterAHoleThatStays) {
  Voice(1, "a");
  Voice(3, "c");
  now += limits::kRecordedWait - milliseconds(1);
  sound.Tick(now, out);
  EXPECT_EQ(Texts(), (Strings{"a"}));
  now += milliseconds(1);
  sound.Tick(now, out);
  EXPECT_EQ(Texts(), (Strings{"a", "c"}));
  Voice(2, "b");  // too late
  Voice(4, "d");
  EXPECT_EQ(Texts(), (Strings{"a", "c", "d"}));
}

TEST_F(FrameJoinerTest, AProbeWithoutDataLeavesNoHole) {
  Voice(1, "a");
  Voice(2, "");
  Voice(3, "c");
  EXPECT_EQ(Texts(), (Strings{"a", "c"}));
}

TEST_F(FrameJoinerTest, APictureBeginsWithAKeyFrame) {
  Frame(10);
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(picture.needs_key_frame());
  Frame(13, true);
  Frame(16);
  EXPECT_EQ(Texts(), (Strings{"13a13b13c", "16a16b16c"}));
  EXPECT_TRUE(out[0].key_frame);
  EXPECT_FALSE(out[1].key_frame);
  EXPECT_EQ(out[1].timestamp, 48000U);
  EXPECT_FALSE(picture.needs_key_frame());
}

TEST_F(FrameJoinerTest, PartsOfAPictureMayComeInAnyOrder) {
  std::vector<std::pair<std::uint16_t, int>> parts;
  for (std::uint16_t frame = 0; frame < 10; ++frame) {
    for (int part = 0; part < 3; ++part)
      parts.emplace_back(static_cast<std::uint16_t>(65520 + 3 * frame), part);
  }
  std::mt19937 random(1);
  std::shuffle(parts.begin() + 1, parts.end(), random);
  for (const auto& [sequence, part] : parts) Part(sequence, part, sequence == 65520);
  ASSERT_EQ(out.size(), 10U);
  EXPECT_EQ(out[9].bytes, "11a11b11c");
}

TEST_F(FrameJoinerTest, AfterALostPacketNothingIsShownBeforeTheNextKeyFrame) {
  Frame(10, true);
  Part(13, 0);
  Part(13, 2);
  Frame(16);
  EXPECT_EQ(out.size(), 1U);
  EXPECT_FALSE(picture.needs_key_frame());
  now += limits::kRecordedWait;
  picture.Tick(now, out);
  EXPECT_TRUE(picture.needs_key_frame());
  Frame(19);
  Frame(22, true);
  EXPECT_EQ(Texts(), (Strings{"10a10b10c", "22a22b22c"}));
}

TEST_F(FrameJoinerTest, AMissingPacketIsGivenUpWhenTooManyWait) {
  Voice(1, "a");
  for (std::size_t i = 0; i < limits::kRecordedPackets; ++i) Voice(static_cast<std::uint16_t>(3 + i), "x");
  EXPECT_EQ(out.size(), 1 + limits::kRecordedPackets);
}

TEST_F(FrameJoinerTest, AFrameThatIsTooLargeIsDropped) {
  const std::string part(1024 * 1024, 'x');
  for (std::uint16_t i = 0; i < 6; ++i) {
    picture.Receive({.sequence = i,
                     .timestamp = 1,
                     .is_last = i == 5,
                     .starts_frame = i == 0,
                     .key_frame = i == 0,
                     .data = part},
                    now, out);
  }
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(picture.needs_key_frame());
}

}  // namespace
}  // namespace parley
