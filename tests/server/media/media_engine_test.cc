#include "server/media/media_engine.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/rtcp_feedback.h"
#include "common/codec/transport_feedback.h"
#include "tests/server/media/media_engine_fixture.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> TextsOn(const Page& page, const std::string& mid, std::size_t skip = 0) {
  std::vector<std::string> texts;
  for (const Page::Heard& heard : page.heard) {
    if (heard.mid == mid) texts.push_back(heard.payload.substr(skip));
  }
  return texts;
}

TEST_F(MediaEngineTest, AVoiceIsForwardedWithin300MillisecondsAndItsSlotIsNamed) {
  JoinTwo();
  Speak(*one_, milliseconds(300));
  ASSERT_FALSE(two_->heard.empty());
  EXPECT_TRUE(one_->heard.empty());
  EXPECT_EQ(call_.Slots("m2"), (std::map<std::string, Shown>{{kFirstVoice, {"m1", MediaKind::kVoice}}}));
  EXPECT_EQ(two_->heard.front().header.ssrc, two_->slots().at(kFirstVoice));
  EXPECT_EQ(TextsOn(*two_, kFirstVoice).back(), "voice14");
  const auto levels = call_.All<MediaLevels>();
  ASSERT_FALSE(levels.empty());
  ASSERT_EQ(levels.back().members.size(), 1U);
  EXPECT_EQ(levels.back().members.front().member, "m1");
}

TEST_F(MediaEngineTest, SomebodyMutedIsNotForwardedWhateverThePageSends) {
  JoinTwo();
  Speak(*one_, milliseconds(200));
  call_.Give(MediaAllow{Call::Seat("m1"), {false, true, false, false}});
  EXPECT_TRUE(call_.Slots("m2").empty());
  two_->heard.clear();
  Speak(*one_, milliseconds(500));
  EXPECT_TRUE(two_->heard.empty());
  call_.Give(MediaAllow{Call::Seat("m1"), kAll});
  Speak(*one_, milliseconds(200));
  EXPECT_FALSE(two_->heard.empty());
}

TEST_F(MediaEngineTest, APictureIsSentOnlyToThoseWhoWantItAndBeginsWithAKeyFrame) {
  JoinTwo();
  one_->SendCamera("early", true);
  call_.Pass(milliseconds(50));
  EXPECT_TRUE(two_->heard.empty());
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  EXPECT_EQ(call_.Slots("m2"), (std::map<std::string, Shown>{{kFirstPicture, {"m1", MediaKind::kCamera}}}));
  one_->SendCamera("between", false);
  call_.Pass(milliseconds(50));
  EXPECT_TRUE(two_->heard.empty());
  EXPECT_TRUE(FindIn(*one_, ReadPictureLoss));
  one_->SendCamera("key", true);
  one_->SendCamera("next", false);
  call_.Pass(milliseconds(50));
  EXPECT_EQ(TextsOn(*two_, kFirstPicture, 6), (std::vector<std::string>{"key", "next"}));

  call_.Give(MediaWants{Call::Seat("m2"), {}});
  EXPECT_TRUE(call_.Slots("m2").empty());
  one_->SendCamera("unwanted", true);
  call_.Pass(milliseconds(50));
  EXPECT_EQ(TextsOn(*two_, kFirstPicture).size(), 2U);
}

TEST_F(MediaEngineTest, ACameraThatIsSwitchedOffLeavesItsSlot) {
  JoinTwo();
  ShowCamera();
  ASSERT_EQ(two_->heard.size(), 1U);
  call_.Give(MediaAllow{Call::Seat("m1"), {true, false, false, false}});
  EXPECT_TRUE(call_.Slots("m2").empty());
  one_->SendCamera("hidden", true);
  call_.Carry();
  EXPECT_EQ(two_->heard.size(), 1U);
}

TEST_F(MediaEngineTest, AFirstWantMayComeBeforeTheMember) {
  call_.Join(2, kAll);
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  call_.Join(1, kAll);
  EXPECT_EQ(call_.Slots("m2").size(), 1U);
}

TEST_F(MediaEngineTest, APacketLostOnTheWayHereIsAskedForAndForwardedWhenItIsRepaired) {
  JoinTwo();
  ShowCamera();
  const std::uint16_t lost = one_->camera_sequence();
  one_->SendCamera("lost", false);
  one_->TakeOutgoing();  // it never arrives
  one_->SendCamera("after", false);
  call_.Pass(milliseconds(100));
  const auto nack = FindIn(*one_, ReadNack);
  ASSERT_TRUE(nack);
  EXPECT_EQ(nack->sequences, std::vector<std::uint16_t>{lost});
  one_->RepairCamera(lost);
  one_->RepairCamera(lost);  // a second one is not forwarded
  call_.Pass(milliseconds(50));
  EXPECT_EQ(TextsOn(*two_, kFirstPicture, 6), (std::vector<std::string>{"frame0", "after", "lost"}));
}

TEST_F(MediaEngineTest, APacketLostOnTheWayOnIsSentAgainAsARepair) {
  JoinTwo();
  ShowCamera();
  one_->SendCamera("next", false);
  call_.Carry();
  const std::uint16_t missed = two_->heard.back().header.sequence;
  std::string rtcp;
  AppendNack(rtcp, 1, two_->slots().at(kFirstPicture), {&missed, 1});
  two_->SendRtcp(rtcp);
  call_.Carry();
  const Page::Heard& repair = two_->heard.back();
  ASSERT_TRUE(repair.repeats);
  EXPECT_EQ(static_cast<std::uint8_t>(repair.payload[0]) << 8 | static_cast<std::uint8_t>(repair.payload[1]),
            missed);
  EXPECT_EQ(repair.payload.substr(8), "next");
  // Not twice within a round trip.
  const std::size_t before = two_->heard.size();
  two_->SendRtcp(rtcp);
  call_.Carry();
  EXPECT_EQ(two_->heard.size(), before);
  EXPECT_EQ(call_.engine.counters().sent_again, 1U);
}

TEST_F(MediaEngineTest, AReceiverThatAsksForAKeyFrameIsPassedOnButNotTooOften) {
  JoinTwo();
  ShowCamera();
  call_.Pass(limits::kKeyFramePeriod);
  one_->rtcp.clear();
  for (int i = 0; i < 10; ++i) {
    std::string rtcp;
    AppendPictureLoss(rtcp, {1, two_->slots().at(kFirstPicture)});
    two_->SendRtcp(rtcp);
    call_.Carry();
  }
  const auto before = call_.engine.counters().key_frames_asked;
  const auto loss = FindIn(*one_, ReadPictureLoss);
  ASSERT_TRUE(loss);
  EXPECT_EQ(loss->media, 1002U);
  EXPECT_EQ(before, call_.engine.counters().key_frames_asked);
}

TEST_F(MediaEngineTest, APageHearsHowItsPacketsArrive) {
  JoinTwo();
  Speak(*one_, milliseconds(1200));
  const auto feedback = FindIn(*one_, ReadTransportFeedback);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->first, 0U);
  const auto report = FindIn(*one_, [](const RtcpPacket& packet) -> std::optional<ReceiverReport> {
    auto read = ReadReceiverReport(packet);
    return read && !read->blocks.empty() ? read : std::nullopt;
  });
  ASSERT_TRUE(report);
  EXPECT_EQ(report->blocks.front().ssrc, 1001U);
  EXPECT_EQ(report->blocks.front().fraction_lost, 0);
}

TEST_F(MediaEngineTest, AVoiceWithRedundancyReachesPagesWithAndWithoutIt) {
  call_.Join(1, kAll).UseRedundancy();
  call_.Offer(*call_.pages.at(1), "m1");
  Page& plain = call_.Join(2, kAll);
  Page& redundant = call_.Join(3, kAll);
  redundant.UseRedundancy();
  call_.Offer(redundant, "m3");
  for (int i = 0; i < 10; ++i) {
    call_.pages.at(1)->SendRedundantVoice({"older"}, "newest", 20);
    call_.Pass(milliseconds(20));
  }
  ASSERT_FALSE(plain.heard.empty());
  EXPECT_EQ(plain.heard.back().payload, "newest");
  EXPECT_EQ(plain.heard.back().header.payload_type, 111);
  ASSERT_FALSE(redundant.heard.empty());
  EXPECT_NE(redundant.heard.back().payload.find("oldernewest"), std::string::npos);
  EXPECT_EQ(redundant.heard.back().header.payload_type, 63);
}

TEST_F(MediaEngineTest, APageGetsTheLowestLayerThatItsPictureNeedsAndALowerOneOnLoss) {
  JoinTwo();
  one_->UseLayers();
  call_.Offer(*one_, "m1");
  bool tried_again = false;
  const auto shown = [&] {
    two_->heard.clear();
    for (int i = 0; i < 50; ++i) {
      one_->SendLayer('q', 45);
      one_->SendLayer('h', 90);
      one_->SendLayer('f', 180);
      call_.Pass(milliseconds(20));
    }
    return two_->heard.empty() ? '-' : two_->heard.back().payload.back();
  };
  const auto want = [&](unsigned height) {
    call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, height}}});
  };
  want(50);
  EXPECT_EQ(shown(), 'q');
  want(100);
  EXPECT_EQ(shown(), 'h');
  want(1000);
  EXPECT_EQ(shown(), 'f');
  std::string rtcp;
  ReportBlock block;
  block.ssrc = two_->slots().at(kFirstPicture);
  block.fraction_lost = 100;
  AppendReceiverReport(rtcp, {1, {block}});
  two_->SendRtcp(rtcp);
  call_.Carry();
  EXPECT_EQ(shown(), 'h');
  EXPECT_EQ(call_.All<MediaSlots>().back().slots.front().layer, "h");
  for (int i = 0; i < 10; ++i) tried_again = shown() == 'f' || tried_again;
  EXPECT_TRUE(tried_again);  // after a while
}

TEST_F(MediaEngineTest, OnlySoManyWantsAreKept) {
  JoinTwo();
  MediaWants wants{Call::Seat("m2"), {}};
  wants.videos.resize(limits::kMediaWants, {"nobody", MediaKind::kCamera, 180});
  wants.videos.push_back({"m1", MediaKind::kCamera, 180});
  call_.Give(wants);
  EXPECT_TRUE(call_.Slots("m2").empty());
}

TEST_F(MediaEngineTest, AMeetingOfFiveHoldsOnANetworkThatLosesRepeatsAndReorders) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Call call(seed);
    for (unsigned number = 1; number <= 5; ++number) call.Join(number, kAll, 4, 4);
    for (unsigned number = 1; number <= 5; ++number) {
      MediaWants wants{Call::Seat("m" + std::to_string(number)), {}};
      for (unsigned other = 1; other <= 5; ++other) {
        wants.videos.push_back({"m" + std::to_string(other), MediaKind::kCamera, 360});
      }
      call.Give(wants);
    }
    call.network = {5, 5, 10};
    for (int step = 0; step < 100; ++step) {
      for (auto& [number, page] : call.pages) {
        page->SendVoice("m" + std::to_string(number), 20);
        if (step % 3 == 0) page->SendCamera("m" + std::to_string(number), step % 30 == 0);
      }
      call.Pass(milliseconds(20));
    }
    for (auto& [number, page] : call.pages) {
      const auto slots = call.Slots("m" + std::to_string(number));
      EXPECT_EQ(slots.size(), 8U) << seed;
      std::map<std::string, std::set<std::uint16_t>> numbers;
      std::map<std::string, std::size_t> count;
      for (const Page::Heard& heard : page->heard) {
        ASSERT_TRUE(slots.contains(heard.mid)) << seed;
        const auto& [member, kind] = slots.at(heard.mid);
        ASSERT_EQ(heard.payload.substr(heard.payload.size() - 2), member) << seed;
        ASSERT_TRUE(heard.repeats || numbers[heard.mid].insert(heard.header.sequence).second) << seed;
        ++count[heard.mid];
      }
      for (const auto& [mid, shown] : slots)
        EXPECT_GT(count[mid], shown.second == MediaKind::kVoice ? 75U : 10U) << seed;
    }
  }
}

}  // namespace
}  // namespace parley
