#include "server/media/publisher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/red.h"

namespace parley {
namespace {

constexpr std::uint8_t kMid = 4, kRid = 10, kRepairedRid = 11;

class PublisherTest : public testing::Test {
 protected:
  PublisherTest() { publisher_.SetLines(Lines()); }

  // A voice, and a camera with three layers.
  static std::vector<MediaLine> Lines() {
    MediaLine voice;
    voice.use = MediaLine::Use::kReceived;
    voice.is_audio = true;
    voice.kind = MediaKind::kVoice;
    voice.mid = "0";
    voice.payload_type = 111;
    voice.redundancy_type = 63;
    voice.extensions.mid = kMid;
    MediaLine camera;
    camera.use = MediaLine::Use::kReceived;
    camera.kind = MediaKind::kCamera;
    camera.mid = "1";
    camera.payload_type = 96;
    camera.repair_type = 97;
    camera.extensions.mid = kMid;
    camera.extensions.rid = kRid;
    camera.extensions.repaired_rid = kRepairedRid;
    camera.rids = {"q", "h", "f"};
    return {voice, camera};
  }

  using Extensions = std::vector<RtpExtension>;
  std::optional<PublishedPacket> Receive(std::uint8_t type, std::uint16_t sequence, std::uint32_t ssrc,
                                         const Extensions& extensions, std::string_view payload) {
    bytes_.clear();
    AppendRtp(bytes_, {false, type, sequence, 0, ssrc}, extensions, payload);
    return publisher_.Receive(bytes_, *ReadRtp(bytes_), now_);
  }
  // A voice, once its stream may begin anew.
  std::optional<PublishedPacket> Later(std::uint16_t sequence, std::uint32_t ssrc,
                                       const Extensions& extensions) {
    now_ += limits::kStreamRestartPeriod;
    return Receive(111, sequence, ssrc, extensions, "voice");
  }
  static constexpr std::string_view kKeyFrame{"\x10\x00", 2};

  MonotonicTime now_{std::chrono::seconds(1000)};
  MediaNumbers numbers_;
  MediaCounters counters_;
  KeptBytes kept_;
  Publisher publisher_{numbers_, counters_, kept_};
  std::string bytes_;
};

TEST_F(PublisherTest, LayersAreToldApartByTheirFirstPackets) {
  const auto low = Receive(96, 1, 1001, {{kMid, "1"}, {kRid, "q"}}, kKeyFrame);
  const auto high = Receive(96, 9, 1003, {{kMid, "1"}, {kRid, "f"}}, kKeyFrame);
  ASSERT_TRUE(low && high);
  EXPECT_EQ(low->stream->layer, 0U);
  EXPECT_EQ(high->stream->layer, 2U);
  EXPECT_EQ(high->stream->rid, "f");
  EXPECT_TRUE(high->is_new);
  // Later packets name only their source.
  const auto next = Receive(96, 2, 1001, {}, kKeyFrame);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->stream, low->stream);
  EXPECT_FALSE(next->is_new);
  EXPECT_EQ(publisher_.Find(MediaKind::kCamera).size(), 2U);
}

TEST_F(PublisherTest, ARepairGivesThePacketOfItsLayer) {
  Receive(96, 1, 1001, {{kMid, "1"}, {kRid, "q"}}, kKeyFrame);
  Receive(96, 3, 1001, {}, kKeyFrame);
  const std::string repair = std::string("\x00\x02", 2) + std::string(kKeyFrame) + "lost";
  const auto packet = Receive(97, 77, 2001, {{kMid, "1"}, {kRepairedRid, "q"}}, repair);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->rtp.header.sequence, 2U);
  EXPECT_EQ(packet->rtp.header.payload_type, 96);
  EXPECT_EQ(packet->rtp.payload, std::string(kKeyFrame) + "lost");
  EXPECT_FALSE(Receive(97, 78, 2001, {}, repair));  // it came
  EXPECT_FALSE(Receive(97, 79, 2001, {}, ""));      // it only probes
}

TEST_F(PublisherTest, APacketThatRedundancyReplacedCountsAsLostUntilItComes) {
  Receive(111, 1, 500, {{kMid, "0"}}, "voice");
  std::string payload;
  AppendRed(payload, 111, std::vector<RedBlock>{{0, 960, "second"}, {0, 480, "third"}}, "fourth");
  const auto packet = Receive(63, 4, 500, {}, payload);
  ASSERT_TRUE(packet);
  EXPECT_EQ(publisher_.Mend(*packet).size(), 2U);
  EXPECT_EQ(publisher_.Report(now_).front().lost, 2);
  EXPECT_FALSE(Receive(111, 3, 500, {}, "third"));  // it was only late
  EXPECT_FALSE(Receive(111, 3, 500, {}, "third"));
  EXPECT_EQ(publisher_.Report(now_).front().lost, 1);
}

TEST_F(PublisherTest, AnotherSourceOnTheSameLineBeginsANewStream) {
  const auto first = Receive(111, 1, 500, {{kMid, "0"}}, "voice");
  const MediaStream id = first->stream->id;
  const auto second = Receive(111, 40000, 501, {{kMid, "0"}}, "voice");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->is_new);
  EXPECT_NE(second->stream->id, id);
  EXPECT_EQ(publisher_.Find(MediaKind::kVoice).size(), 1U);
}

TEST_F(PublisherTest, AStreamBeginsAnewOnceInAWhileHoweverOftenItsNumbersJump) {
  Receive(111, 1, 500, {{kMid, "0"}}, "voice");
  Receive(111, 1, 501, {{kMid, "0"}}, "voice");
  now_ += limits::kStreamRestartPeriod;
  std::size_t begun = 0;
  for (std::uint16_t i = 0; i < 1000; ++i) {
    const auto jumped = Receive(111, static_cast<std::uint16_t>(i * 20'000), 500 + i % 3 / 2, {}, "voice");
    begun += jumped && jumped->is_new ? 1 : 0;
  }
  EXPECT_EQ(begun, 1U);
  EXPECT_GE(counters_.ignored, 950U);  // some are near the last one that was taken
  const auto voice = publisher_.Find(MediaKind::kVoice);
  ASSERT_EQ(voice.size(), 1U);
  now_ += limits::kStreamRestartPeriod;
  const auto later = Receive(111, 33'333, voice[0]->ssrc == 500 ? 501 : 500, {}, "voice");
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->is_new);
}

TEST_F(PublisherTest, AnotherOfferKeepsTheSourcesThatAreKnown) {
  Receive(111, 1, 500, {{kMid, "0"}}, "voice");
  publisher_.SetLines(Lines());
  EXPECT_TRUE(Receive(111, 2, 500, {}, "voice"));
  auto lines = Lines();
  lines.erase(lines.begin());
  publisher_.SetLines(lines);
  EXPECT_FALSE(Receive(111, 3, 500, {}, "voice"));
  EXPECT_TRUE(publisher_.Find(MediaKind::kVoice).empty());
}

TEST_F(PublisherTest, APacketOfAnUnknownLineOrPayloadIsIgnored) {
  EXPECT_FALSE(Receive(111, 1, 500, {}, "voice"));
  EXPECT_FALSE(Receive(111, 1, 500, {{kMid, "7"}}, "voice"));
  EXPECT_FALSE(Receive(96, 1, 1001, {{kMid, "1"}, {kRid, "x"}}, kKeyFrame));
  EXPECT_FALSE(Receive(98, 1, 501, {{kMid, "0"}}, "voice"));
  EXPECT_FALSE(Receive(63, 2, 501, {},
                       ""
                       "\xEF"));  // RED that is cut
}

TEST_F(PublisherTest, BeyondTheLimitTheSourceThatWasUsedLongestAgoIsForgotten) {
  for (std::uint32_t ssrc = 1; ssrc <= limits::kMediaSources; ++ssrc) {
    EXPECT_TRUE(Later(1, ssrc, {{kMid, "0"}}));
  }
  EXPECT_TRUE(Later(2, 1, {}));
  EXPECT_TRUE(Later(1, 9999, {{kMid, "0"}}));
  EXPECT_TRUE(Later(3, 1, {}));
  EXPECT_FALSE(Later(2, 2, {}));
}

TEST_F(PublisherTest, SourcesThatOffersNameDoNotKeepOthersOut) {
  std::vector<MediaLine> lines = Lines();
  lines[1].rids.clear();
  for (std::uint32_t ssrc = 1; ssrc <= limits::kMediaSources; ++ssrc) lines[1].sources.push_back({ssrc, {}});
  publisher_.SetLines(lines);
  EXPECT_TRUE(Receive(111, 1, 9999, {{kMid, "0"}}, "voice"));
}

TEST_F(PublisherTest, AKeyFrameTellsHowManyLinesItsLayerHas) {
  // The descriptor, the tag of a key frame, the start code, 640 x 360.
  const std::string frame("\x10\x10\x00\x00\x9D\x01\x2A\x80\x02\x68\x01 more", 16);
  const auto packet = Receive(96, 1, 1001, {{kMid, "1"}, {kRid, "q"}}, frame);
  EXPECT_EQ(packet->stream->lines, 360U);
  EXPECT_EQ(Receive(96, 2, 1001, {}, kKeyFrame)->stream->lines, 360U);
}

TEST_F(PublisherTest, AStreamIsLiveForAWhileAfterItsLastPacket) {
  const auto packet = Receive(96, 1, 1001, {{kMid, "1"}, {kRid, "q"}}, kKeyFrame);
  EXPECT_TRUE(packet->stream->IsLive(now_ + limits::kStreamLive));
  EXPECT_FALSE(packet->stream->IsLive(now_ + limits::kStreamLive + std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace parley
