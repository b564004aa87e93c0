// Which layer of a camera a page gets, when its sender or its line changes.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/base/media_limits.h"
#include "common/codec/rtcp_feedback.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

class LayersTest : public testing::Test {
 protected:
  // The second shows the camera of the first in a large window.
  LayersTest() {
    one_.UseLayers();
    call_.Offer(one_, "m1");
    call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 1000}}});
    EXPECT_EQ(Send("qhf", milliseconds(1000)), 'f');
  }
  // The first sends these layers; the one that the second got last.
  char Send(const std::string& layers, milliseconds time, milliseconds frame = milliseconds(20)) {
    for (milliseconds passed{0}; passed < time; passed += frame) {
      for (const char rid : layers) one_.SendLayer(rid, rid == 'q' ? 45 : rid == 'h' ? 90 : 180);
      call_.Pass(frame);
    }
    return two_.heard.empty() ? '-' : two_.heard.back().payload.back();
  }
  void Complain(std::uint64_t bits_per_second) {
    std::string rtcp;
    AppendRemb(rtcp, {1, bits_per_second, {two_.slots().at("8")}});
    two_.SendRtcp(rtcp);
    call_.Carry();
  }

  Call call_;
  Page& one_ = call_.Join(1, kAll);
  Page& two_ = call_.Join(2, kAll);
};

TEST_F(LayersTest, ALayerThatItsSenderStopsIsReplacedByTheNextWithinASecond) {
  two_.heard.clear();
  EXPECT_EQ(Send("qh", milliseconds(600)), 'h');
  EXPECT_EQ(call_.All<MediaSlots>().back().slots.front().layer, "h");
  EXPECT_GT(call_.engine.counters().key_frames_asked, 0U);
  // It comes back as soon as it is sent again.
  EXPECT_EQ(Send("qhf", milliseconds(100)), 'f');
  EXPECT_EQ(call_.All<MediaSlots>().back().slots.front().layer, "f");
}

TEST_F(LayersTest, AStoppedLayerIsReplacedAtFiveFramesASecondToo) {
  Send("qhf", milliseconds(1000), milliseconds(200));
  two_.heard.clear();
  EXPECT_EQ(Send("q", milliseconds(1000), milliseconds(200)), 'q');
}

TEST_F(LayersTest, APauseOfAllLayersChangesNoLayer) {
  call_.Pass(milliseconds(1500));
  two_.heard.clear();
  const auto told = call_.All<MediaSlots>().size();
  one_.SendLayer('q', 45);
  call_.Pass(milliseconds(100));
  one_.SendLayer('f', 180);
  call_.Pass(milliseconds(100));
  ASSERT_EQ(two_.heard.size(), 1U);
  EXPECT_EQ(two_.heard.back().payload.back(), 'f');
  EXPECT_EQ(call_.All<MediaSlots>().size(), told);
}

TEST_F(LayersTest, APageWhoseLineIsThinGetsALowerLayer) {
  constexpr std::uint64_t kPayload = 12, kPackets = 50;  // a second
  constexpr std::uint64_t kSent = kPayload * 8 * kPackets;
  for (int i = 0; i < 5; ++i) Complain(kSent * 8 / 10);
  EXPECT_EQ(Send("qhf", milliseconds(600)), 'f');
  // One low estimate is none.
  Complain(kSent / 2);
  Complain(kSent);
  Complain(kSent / 2);
  EXPECT_EQ(Send("qhf", milliseconds(600)), 'f');
  for (int i = 0; i < 3; ++i) Complain(kSent / 2);
  EXPECT_EQ(Send("qhf", milliseconds(600)), 'h');
}

TEST_F(LayersTest, ATakeoverKeepsTheLowerLayer) {
  for (int i = 0; i < 3; ++i) Complain(1);
  EXPECT_EQ(Send("qhf", milliseconds(600)), 'h');
  call_.Give(MediaSignalingLost{Call::Seat("m2")});
  call_.Give(MediaJoin{Call::Seat("m9"), kAll});
  call_.Offer(two_, "m9");
  EXPECT_EQ(Send("qhf", milliseconds(1000)), 'h');
}

}  // namespace
}  // namespace parley
