// Plays a whole call with a page on a slow connection: its sound has no holes, its picture never freezes, and
// it gets the videos that fit.

#include "tests/server/media/thin_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/codec/rtcp_feedback.h"
#include "common/codec/transport_feedback.h"
#include "common/codec/vp8.h"
#include "server/media/extended_sequence.h"
#include "server/media/transport_arrivals.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The layers of a camera: their names, the bytes of a frame, and the pattern of temporal layers.
constexpr std::array<char, 3> kRids = {'q', 'h', 'f'};
constexpr std::array<std::size_t, 3> kFrameBytes = {600, 2000, 6000};
constexpr std::array<std::uint8_t, 8> kTemporal = {0, 2, 1, 2, 0, 2, 1, 2};
constexpr std::array<bool, 8> kSyncs = {false, true, true, false, false, false, false, false};

// The camera of a page, in three layers, as Chromium sends it.
class Camera {
 public:
  explicit Camera(Page& page) : page_(page) {}
  // Call it every 30 ms.
  void Send() {
    for (const std::string& compound : std::exchange(page_.rtcp, {})) {
      RtcpReader reader(compound);
      for (auto step = reader.Next(); step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
        if (ReadPictureLoss(step.packet)) key_frame_ = true;
      }
    }
    const bool key_frame = std::exchange(key_frame_, false);
    step_ = key_frame ? 0 : (step_ + 1) % kTemporal.size();
    ++picture_;
    if (kTemporal.at(step_) == 0) ++base_;
    for (std::size_t layer = 0; layer < 3; ++layer) {
      page_.SendFrame({kRids.at(layer), kFrameBytes.at(layer) * (key_frame ? 4 : 1), key_frame,
                       kTemporal.at(step_), kSyncs.at(step_), picture_, base_, 180U << layer});
    }
  }

 private:
  Page& page_;
  bool key_frame_ = true;
  std::size_t step_ = 0;
  std::uint16_t picture_ = 0;
  std::uint8_t base_ = 0;
};

// Screen shows the pictures on one slot of a page. It needs all packets in order, and asks for missing ones.
// If they do not come, it continues with the next key frame.
class Screen {
 public:
  void Take(const Page::Heard& heard, MonotonicTime now) {
    std::uint16_t sequence = heard.header.sequence;
    std::string payload = heard.payload;
    if (heard.repeats) {
      if (payload.size() <= 2) return;  // it only probes
      sequence = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8U |
                                            static_cast<std::uint8_t>(payload[1]));
      payload.erase(0, 2);
    } else {
      ssrc_ = heard.header.ssrc;
    }
    const auto vp8 = ReadVp8(payload);
    ASSERT_TRUE(vp8);
    const std::uint64_t number = newest_ ? ExtendSequence(*newest_, sequence) : kFirstSequence + sequence;
    if (!newest_) next_ = number;
    newest_ = std::max(newest_.value_or(number), number);
    if (number < next_) return;
    waiting_[number] = {*vp8, heard.header.marker || (heard.repeats && payload.size() < 1000),
                        payload.back()};
    if (vp8->key_frame) SkipTo(number);
    for (auto next = waiting_.find(next_); next != waiting_.end(); next = waiting_.find(next_)) {
      Show(next->second, now);
      waiting_.erase(next);
      ++next_;
    }
  }
  // The request for missing packets.
  std::string Nack() const {
    std::vector<std::uint16_t> missed;
    for (std::uint64_t number = next_; newest_ && number < *newest_ && missed.size() < 200; ++number) {
      if (!waiting_.contains(number)) missed.push_back(static_cast<std::uint16_t>(number & 0xFFFFU));
    }
    std::string nack;
    if (!missed.empty()) AppendNack(nack, 1, ssrc_, missed);
    return nack;
  }

  Duration longest_gap{0};
  char layer = '-';
  std::uint8_t highest_temporal = 0;
  std::size_t frames = 0;

 private:
  struct Packet {
    Vp8Descriptor vp8;
    bool ends = false;
    char rid = '-';
  };
  void SkipTo(std::uint64_t number) {
    if (number == next_) return;
    waiting_.erase(waiting_.begin(), waiting_.find(number));
    next_ = number;
    picture_.reset();
  }
  void Show(const Packet& packet, MonotonicTime now) {
    const Vp8Descriptor& vp8 = packet.vp8;
    if (vp8.starts_frame) {
      if (picture_) {
        EXPECT_EQ((*vp8.picture_id - *picture_) & 0x7FFF, 1) << "a hole in the pictures";
        const bool is_base = vp8.temporal_layer == 0;
        EXPECT_EQ(static_cast<std::uint8_t>(*vp8.base_picture - base_), is_base ? 1 : 0);
      }
      EXPECT_TRUE(packet.rid == layer || vp8.key_frame) << "a switch without a key frame";
      picture_ = vp8.picture_id;
      base_ = *vp8.base_picture;
      layer = packet.rid;
    }
    if (!packet.ends) return;
    if (shown_) longest_gap = std::max(longest_gap, now - *shown_);
    shown_ = now;
    ++frames;
    highest_temporal = std::max(highest_temporal, vp8.temporal_layer);
  }

  std::uint32_t ssrc_ = 0;
  std::optional<MonotonicTime> shown_;
  std::optional<std::uint64_t> newest_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Packet> waiting_;
  std::optional<std::uint16_t> picture_;
  std::uint8_t base_ = 0;
};

class ThinLineTest : public testing::Test {
 protected:
  // The second of the three pages is on the slow connection.
  ThinLineTest() {
    for (const auto& [page, name] :
         {std::pair{&one_, "m1"}, std::pair{&two_, "m2"}, std::pair{&three_, "m3"}}) {
      page->UseLayers();
      page->UseRedundancy();
      call_.Offer(*page, name);
    }
    call_.takes = [this](Page& page, const std::string& datagram) {
      if (&page != &two_) return false;
      line_.Send(datagram, call_.now);
      return true;
    };
    Want({{"m1", MediaKind::kCamera, 720}});
  }
  void Want(std::vector<MediaWant> videos) { call_.Give(MediaWants{Call::Seat("m2"), std::move(videos)}); }

  // Plays 10 ms.
  void Step() {
    ++steps_;
    if (steps_ % 2 == 0) {
      std::string voice = std::to_string(++spoken_);
      voice.resize(100, ' ');
      three_.SendVoice(voice, 20);
    }
    if (steps_ % 3 == 0) {
      if (camera_is_on_) camera_.Send();
      other_camera_.Send();
    }
    call_.Pass(milliseconds(10));
    for (const std::string& datagram : line_.Receive(call_.now)) two_.Receive(datagram);
    for (const Page::Heard& heard : std::exchange(two_.heard, {})) Hear(heard);
    if (steps_ % 500 == 0) {
      for (Page* const page : {&one_, &two_, &three_}) page->Check();  // consent
    }
    if (steps_ % report_steps_ != 0) return;
    std::string rtcp;
    for (const TransportFeedback& feedback : arrivals_.Take(1, 2)) AppendTransportFeedback(rtcp, feedback);
    for (const auto& [mid, screen] : screens_) rtcp += screen.Nack();
    if (!rtcp.empty()) two_.SendRtcp(rtcp);
  }
  void Hear(const Page::Heard& heard) {
    if (heard.number) arrivals_.Receive(*heard.number, call_.now);
    const bool is_voice = std::stoi(heard.mid) < 8;
    if (!is_voice) return screens_[heard.mid].Take(heard, call_.now);
    const std::size_t number = std::stoul(heard.payload);
    sounds_.insert(number);
    latest_sound_ = std::max<Duration>(latest_sound_, milliseconds(20 * static_cast<int>(spoken_ - number)));
  }
  void Pass(Duration time) {
    for (const MonotonicTime end = call_.now + time; call_.now < end;) Step();
  }
  // How long it takes until the slot shows that layer, at most `most`.
  Duration Until(const std::string& mid, char layer, Duration most) {
    const MonotonicTime begin = call_.now;
    while (screens_[mid].layer != layer && call_.now - begin < most) Step();
    return call_.now - begin;
  }
  void StartAnew() {
    for (auto& [mid, screen] : screens_) {
      screen.longest_gap = {};
      screen.frames = 0;
      screen.highest_temporal = 0;
    }
    latest_sound_ = {};
  }

  Call call_;
  Page& one_ = call_.Join(1, kAll);
  Page& two_ = call_.Join(2, kAll);
  Page& three_ = call_.Join(3, kAll);
  Camera camera_{one_}, other_camera_{three_};
  ThinLine line_;
  TransportArrivals arrivals_;
  std::map<std::string, Screen> screens_;  // by the slots' names
  std::set<std::size_t> sounds_;
  std::size_t steps_ = 0, spoken_ = 0;
  bool camera_is_on_ = true;
  std::size_t report_steps_ = 10;  // between two reports of the page
  Duration latest_sound_{0};
};

TEST_F(ThinLineTest, APageThatIsSqueezedGetsALowerLayerWithin3SecondsAndReturnsWithin15) {
  line_.quality.queue = milliseconds(1500);
  Pass(seconds(5));
  ASSERT_EQ(screens_["8"].layer, 'f');
  EXPECT_EQ(call_.engine.counters().padding, 0U) << "nobody tests a connection that carries everything";
  for (int i = 0; i < 3; ++i) {
    line_.quality.bits_per_second = 500'000;
    StartAnew();
    EXPECT_LT(Until("8", 'q', seconds(10)), seconds(3));
    Pass(seconds(3));
    EXPECT_LT(screens_["8"].longest_gap, seconds(1));
    StartAnew();
    Pass(seconds(20) + milliseconds(700 * i));
    EXPECT_LT(screens_["8"].longest_gap, milliseconds(600));
    EXPECT_LT(latest_sound_, milliseconds(400));
    line_.quality.bits_per_second = 20'000'000;
    EXPECT_LT(Until("8", 'f', seconds(30)), seconds(15));
    Pass(seconds(2));
  }
  EXPECT_EQ(line_.dropped, 0U);
  // The latest packets may still be on the way.
  EXPECT_GE(sounds_.size() + 5, spoken_) << "the sound is whole";
}

TEST_F(ThinLineTest, WhatIsWantedFirstIsServedFirst) {
  line_.quality = {1'200'000, milliseconds(500), milliseconds(30), 0, milliseconds(0)};
  Want({{"m3", MediaKind::kCamera, 360}, {"m1", MediaKind::kCamera, 720}});
  Pass(seconds(20));
  StartAnew();
  Pass(seconds(20));
  // The page gets all of the first video, and a part of the other one.
  std::map<std::string, const Screen*> shown;
  for (const auto& [mid, source] : call_.Slots("m2")) {
    if (source.second == MediaKind::kCamera) shown[source.first] = &screens_[mid];
  }
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown["m3"]->layer, 'h');
  EXPECT_EQ(shown["m3"]->highest_temporal, 2);
  EXPECT_TRUE(shown["m1"]->layer != 'f' || shown["m1"]->highest_temporal < 2);
  EXPECT_LT(shown["m1"]->frames, shown["m3"]->frames);
  for (const auto& [name, screen] : shown) EXPECT_LT(screen->longest_gap, milliseconds(800)) << name;
  EXPECT_LT(latest_sound_, milliseconds(400));
}

// The connection does not carry all frames of the smallest layer. Chromium reports every 50 to 250 ms.
TEST_F(ThinLineTest, FramesAreLeftOutOnAVeryThinConnectionAndReturn) {
  Want({{"m1", MediaKind::kCamera, 180}});
  for (const std::size_t report : {5U, 10U, 25U}) {
    SCOPED_TRACE(report);
    report_steps_ = report;
    line_.quality = {20'000'000, milliseconds(400), milliseconds(1), 0, milliseconds(0)};
    Pass(seconds(5));
    line_.quality.bits_per_second = 180'000;
    Pass(seconds(3));
    StartAnew();
    Pass(seconds(11));
    EXPECT_LT(screens_["8"].frames, 300U) << "of 367";
    EXPECT_GT(screens_["8"].frames, 60U);
    EXPECT_LT(screens_["8"].longest_gap, seconds(1));
    EXPECT_LT(latest_sound_, milliseconds(450));
    line_.quality.bits_per_second = 20'000'000;
    Pass(seconds(10));
    StartAnew();
    Pass(seconds(5));
    EXPECT_GT(screens_["8"].frames, 160U) << "of 167";
  }
}

TEST_F(ThinLineTest, WhatDoesNotFitAtAllIsNotSentSoThatTheRestFlows) {
  Want({{"m3", MediaKind::kCamera, 180}, {"m1", MediaKind::kCamera, 180}});
  Pass(seconds(3));
  EXPECT_EQ(screens_.size(), 2U);
  line_.quality = {150'000, milliseconds(800), milliseconds(30), 0, milliseconds(0)};
  Pass(seconds(10));
  StartAnew();
  Pass(seconds(20));
  const auto slots = call_.Slots("m2");
  std::size_t cameras = 0;
  for (const auto& [mid, source] : slots) {
    if (source.second != MediaKind::kCamera) continue;
    ++cameras;
    EXPECT_EQ(source.first, "m3");
    EXPECT_LT(screens_[mid].longest_gap, seconds(1));
  }
  EXPECT_EQ(cameras, 1U);
  EXPECT_LT(latest_sound_, milliseconds(500));
  line_.quality.bits_per_second = 20'000'000;
  Pass(seconds(15));
  EXPECT_EQ(call_.Slots("m2").size(), 3U);
}

TEST_F(ThinLineTest, ACameraThatComesBackOnAThinConnectionBeginsSmall) {
  line_.quality = {300'000, milliseconds(1500), milliseconds(30), 0, milliseconds(0)};
  Want({{"m3", MediaKind::kCamera, 180}, {"m1", MediaKind::kCamera, 720}});
  Pass(seconds(15));
  camera_is_on_ = false;
  Pass(seconds(5));
  camera_is_on_ = true;
  StartAnew();
  std::set<char> layers;
  for (int i = 0; i < 300; ++i) {
    Step();
    for (const auto& [mid, screen] : screens_) layers.insert(screen.layer);
  }
  EXPECT_EQ(layers, std::set<char>{'q'});
  EXPECT_LT(latest_sound_, milliseconds(500));
}

TEST_F(ThinLineTest, APageThatReportsNothingIsServedAsBefore) {
  line_.quality.bits_per_second = 20'000'000;
  for (int i = 0; i < 500; ++i) {
    arrivals_ = {};
    Step();
  }
  EXPECT_EQ(screens_["8"].layer, 'f');
  EXPECT_EQ(call_.engine.counters().padding, 0U);
}

}  // namespace
}  // namespace parley
