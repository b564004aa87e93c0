// Calls with voices that are repeated because packets are lost (RED, or datagrams sent twice).

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/red.h"
#include "common/codec/rtcp.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

class RedundancyTest : public testing::Test {
 protected:
  void Speak(Page& page, milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds(20)) {
      page.SendVoice("voice" + std::to_string(spoken_++), 20);
      call_.Pass(milliseconds(20));
    }
  }
  Page& Join(unsigned number, bool redundancy) {
    Page& page = call_.Join(number, kAll);
    if (!redundancy) return page;
    page.UseRedundancy();
    call_.Offer(page, "m" + std::to_string(number));
    return page;
  }

  // A report of the page that its first slot for voices, behind its four lines, lost so many of 256 packets.
  void ReportLoss(Page& page, std::uint8_t fraction) {
    std::string rtcp;
    ReportBlock block;
    block.ssrc = page.slots().at("4");
    block.fraction_lost = fraction;
    AppendReceiverReport(rtcp, {1, {block}});
    page.SendRtcp(rtcp);
    call_.Carry();
  }

  Call call_;
  int spoken_ = 0;
};

TEST_F(RedundancyTest, ALostPacketIsMendedFromRedundancyForPagesWithoutIt) {
  Page& speaker = Join(1, true);
  Page& plain = Join(2, false);
  Page& redundant = Join(3, true);
  for (int i = 0; i < 30; ++i) {
    speaker.SendRedundantVoice(std::to_string(i - 1), std::to_string(i), 20);
    if (i == 20 || i == 25 || i == 26) speaker.TakeOutgoing();  // lost
    call_.Pass(milliseconds(20));
  }
  const auto heard = [](const Page& page, std::size_t at) { return page.heard[page.heard.size() - at]; };
  // All but 25, which nothing repeats.
  for (std::size_t at = 1; at <= 15; ++at) {
    const std::size_t number = at <= 4 ? 30 - at : 29 - at;
    EXPECT_EQ(heard(plain, at).payload, std::to_string(number));
    EXPECT_EQ(heard(plain, at).header.payload_type, 111);
    const auto ahead = static_cast<std::uint32_t>(29 - number);
    EXPECT_EQ(heard(plain, at).header.timestamp, plain.heard.back().header.timestamp - 960 * ahead);
    EXPECT_EQ(heard(plain, at).header.sequence,
              static_cast<std::uint16_t>(plain.heard.back().header.sequence - ahead));
  }
  // Those who know redundancy mend it themselves.
  EXPECT_EQ(plain.heard.size(), redundant.heard.size() + 2);
  EXPECT_EQ(redundant.heard.back().header.payload_type, 63);
}

TEST_F(RedundancyTest, APageWithRedundancyThatLosesVoicesGetsEarlierFramesAgain) {
  Page& speaker = Join(1, false);
  Page& listener = Join(2, true);
  const auto last = [&] {
    Speak(speaker, milliseconds(200));
    return listener.heard.back();
  };
  const auto blocks = [](const Page::Heard& heard) {
    std::vector<std::pair<std::uint32_t, std::string>> found;
    RedReader reader(heard.payload);
    for (auto step = reader.Next(); step.status == RedReader::Status::kBlock; step = reader.Next()) {
      EXPECT_EQ(step.block.payload_type, 111);
      found.emplace_back(step.block.age, step.block.data);
    }
    return found;
  };
  using Blocks = std::vector<std::pair<std::uint32_t, std::string>>;
  EXPECT_EQ(last().header.payload_type, 111);
  ReportLoss(listener, limits::kRepeatLoss - 1);
  EXPECT_EQ(last().header.payload_type, 111);
  ReportLoss(listener, limits::kRepeatLoss);
  EXPECT_EQ(last().header.payload_type, 63);
  EXPECT_EQ(blocks(listener.heard.back()), (Blocks{{960, "voice28"}, {0, "voice29"}}));
  ReportLoss(listener, limits::kDoubleRepeatLoss);
  EXPECT_EQ(blocks(last()), (Blocks{{1920, "voice37"}, {960, "voice38"}, {0, "voice39"}}));
  // Music of a high rate is not repeated.
  for (int i = 0; i < 3; ++i) {
    speaker.SendVoice(std::string(limits::kRepeatedFrameBytes + 1, 'x'), 20);
    call_.Pass(milliseconds(20));
  }
  EXPECT_EQ(listener.heard.back().header.payload_type, 111);
  call_.now += 2 * limits::kLossMemory;
  speaker.Check();
  listener.Check();
  EXPECT_EQ(last().header.payload_type, 111);
}

TEST_F(RedundancyTest, APageWithoutRedundancyThatLosesVoicesGetsThemTwice) {
  Page& speaker = Join(1, false);
  Page& listener = Join(2, false);
  Speak(speaker, milliseconds(200));
  EXPECT_EQ(listener.repeated, 0U);
  ReportLoss(listener, limits::kRepeatLoss);
  listener.heard.clear();
  Speak(speaker, milliseconds(200));
  EXPECT_EQ(listener.heard.size(), 10U);
  EXPECT_EQ(listener.repeated, 9U);  // each with the next one
  speaker.SendCamera("frame", true);
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  speaker.SendCamera("frame", true);
  call_.Pass(milliseconds(20));
  EXPECT_EQ(listener.repeated, 9U);  // voices alone
}

TEST_F(RedundancyTest, TheSenderOfAVoiceIsToldWhatListenersWithoutRedundancyLose) {
  Page& speaker = Join(1, false);
  Page& plain = Join(2, false);
  Page& redundant = Join(3, true);
  const auto told = [&] {
    speaker.rtcp.clear();
    Speak(speaker, limits::kReportPeriod + milliseconds(100));
    const auto report = FindIn(speaker, ReadReceiverReport);
    EXPECT_TRUE(report && report->blocks.size() == 1);
    EXPECT_EQ(report->blocks.front().lost, 0);
    return report->blocks.front().fraction_lost;
  };
  EXPECT_EQ(told(), 0);
  ReportLoss(redundant, 50);
  EXPECT_EQ(told(), 0);
  ReportLoss(plain, 20);
  EXPECT_EQ(told(), 20);
  ReportLoss(plain, 200);
  EXPECT_EQ(told(), limits::kToldLoss);
}

}  // namespace
}  // namespace parley
