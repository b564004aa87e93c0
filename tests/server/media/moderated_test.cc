// What hosts take from members whose pages go on sending.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/base/media_limits.h"
#include "common/codec/rtcp.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

class ModeratedTest : public testing::Test {
 protected:
  ModeratedTest() {
    for (unsigned number = 1; number <= 3; ++number) {
      call_.Join(number, kAll);
      call_.Give(MediaWants{Call::Seat("m" + std::to_string(number)),
                            {{"m1", MediaKind::kCamera, 360}, {"m1", MediaKind::kScreen, 360}}});
    }
    Send();
    for (const unsigned number : {2U, 3U}) EXPECT_FALSE(page(number).heard.empty());
  }

  Page& page(unsigned number) { return *call_.pages.at(number); }
  // All that the first page can send, for a while.
  void Send() {
    for (int i = 0; i < 25; ++i) {
      page(1).SendVoice("voice", 5);
      page(1).SendCamera("picture", true);
      call_.Pass(std::chrono::milliseconds(20));
    }
  }
  void Forget() {
    for (auto& [number, page] : call_.pages) {
      page->heard.clear();
      page->repeated = 0;
    }
  }

  Call call_;
};

TEST_F(ModeratedTest, ARemovedMemberIsForwardedAndAnsweredNoMore) {
  call_.Give(MediaLeave{Call::Seat("m1")});
  Forget();
  const std::size_t answers = page(1).answers().size();
  page(2).SendVoice("others go on", 5);
  page(1).Check();
  Send();
  EXPECT_TRUE(page(1).heard.empty());
  EXPECT_TRUE(page(2).heard.empty());
  EXPECT_EQ(page(1).answers().size(), answers);
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
  // It cannot come back without signaling, which a banned member does not have.
  call_.Give(MediaOffer{Call::Seat("m1"), page(1).Offer()});
  EXPECT_EQ(call_.engine.counters().sessions, 2U);
}

TEST_F(ModeratedTest, MediaAfterAMuteAreNotForwardedNotEvenARepetition) {
  std::string rtcp;
  ReportBlock block;
  block.ssrc = page(2).slots().at("4");
  block.fraction_lost = 50;
  AppendReceiverReport(rtcp, {1, {block}});
  page(2).SendRtcp(rtcp);
  call_.Carry();
  Send();
  EXPECT_GT(page(2).repeated, 0U);
  // Two packets arrive at the same time, and the command between them.
  Forget();
  page(1).SendVoice("before", 5);
  page(1).SendVoice("after", 5);
  auto datagrams = page(1).TakeOutgoing();
  ASSERT_EQ(datagrams.size(), 2U);
  call_.engine.Receive(page(1).path(), datagrams[0], call_.now);
  call_.Give(MediaAllow{Call::Seat("m1"), {}});
  call_.engine.Receive(page(1).path(), datagrams[1], call_.now);
  call_.Carry();
  ASSERT_EQ(page(2).heard.size(), 1U);
  EXPECT_EQ(page(2).heard.front().payload, "before");
  Forget();
  Send();
  EXPECT_TRUE(page(2).heard.empty());
  page(3).SendVoice("another on the same slot", 5);
  call_.Pass(std::chrono::milliseconds(100));
  page(3).SendVoice("another on the same slot", 5);
  call_.Carry();
  EXPECT_EQ(page(2).heard.size(), 1U);
  EXPECT_EQ(page(2).repeated, 0U);
}

}  // namespace
}  // namespace parley
