// Calls with voices that are repeated because packets are lost (RED, or datagrams sent twice).

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/red.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtcp_feedback.h"
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
    speaker.SendRedundantVoice({std::to_string(i - 1)}, std::to_string(i), 20);
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

TEST_F(RedundancyTest, ALostPacketIsAskedForAtOnceWhereThePageSendsNoRedundancy) {
  Page& speaker = Join(1, false);
  Page& plain = Join(2, false);
  Page& redundant = Join(3, true);
  Speak(speaker, milliseconds(200));
  speaker.SendVoice("lost", 20);
  speaker.TakeOutgoing();
  plain.heard.clear();
  redundant.heard.clear();
  speaker.SendVoice("next", 20);
  call_.Carry();  // no time passes
  const auto nack = FindIn(speaker, [](const RtcpPacket& packet) { return ReadNack(packet); });
  ASSERT_TRUE(nack);
  ASSERT_EQ(nack->sequences.size(), 1U);
  speaker.RepeatVoice(nack->sequences.front());
  call_.Carry();
  for (const Page* const listener : {&plain, &redundant}) {
    ASSERT_EQ(listener->heard.size(), 2U);
    EXPECT_EQ(listener->heard[0].payload, "next");
    EXPECT_EQ(listener->heard[1].payload, "lost");
    EXPECT_EQ(listener->heard[1].header.sequence + 1, listener->heard[0].header.sequence);
  }
}

TEST_F(RedundancyTest, MissingPacketsAreLookedForOnceInTenMilliseconds) {
  Page& speaker = Join(1, false);
  Join(2, false);
  Speak(speaker, milliseconds(200));
  const auto lose_and_go_on = [&] {
    speaker.SendVoice("lost", 20);
    speaker.TakeOutgoing();
    speaker.SendVoice("next", 20);
    call_.Carry();  // no time passes
  };
  const auto asked = [&] {
    return FindIn(speaker, [](const RtcpPacket& packet) { return ReadNack(packet); }).has_value();
  };
  lose_and_go_on();
  ASSERT_TRUE(asked());
  call_.Pass(milliseconds(11));
  speaker.rtcp.clear();
  speaker.SendVoice("on", 20);  // looks in vain: the lost packet has been asked for already
  call_.Carry();
  lose_and_go_on();
  EXPECT_FALSE(asked()) << "to look costs time also if nothing is found";
  call_.Pass(milliseconds(11));
  speaker.SendVoice("on", 20);
  call_.Carry();
  EXPECT_TRUE(asked());
}

TEST_F(RedundancyTest, APageWithRedundancyIsAskedForNoVoice) {
  Page& speaker = Join(1, true);
  Join(2, false);
  for (int i = 0; i < 30; ++i) {
    speaker.SendRedundantVoice({std::to_string(i - 1)}, std::to_string(i), 20);
    if (i % 7 < 3) speaker.TakeOutgoing();
    call_.Pass(milliseconds(20));
  }
  EXPECT_FALSE(FindIn(speaker, [](const RtcpPacket& packet) { return ReadNack(packet); }));
}

TEST_F(RedundancyTest, OfManyOlderBlocksOnlyTheNewestMend) {
  Page& speaker = Join(1, true);
  Page& plain = Join(2, false);
  Speak(speaker, milliseconds(200));
  plain.heard.clear();
  const std::vector<std::string> older(300, "o");
  for (std::size_t i = 0; i < older.size(); ++i) speaker.SendVoice("lost", 20);
  speaker.TakeOutgoing();
  speaker.SendRedundantVoice(older, "newest", 20);
  call_.Pass(milliseconds(20));
  ASSERT_EQ(plain.heard.size(), limits::kMendedPackets + 1);
  for (std::size_t i = 0; i < plain.heard.size(); ++i) {
    EXPECT_EQ(plain.heard[i].payload, i < limits::kMendedPackets ? "o" : "newest");
    EXPECT_EQ(plain.heard[i].header.sequence, static_cast<std::uint16_t>(plain.heard[0].header.sequence + i));
  }
}

TEST_F(RedundancyTest, FramesAreRepeatedOnlyWhileTheDatagramStaysShort) {
  Page& speaker = Join(1, false);
  Page& listener = Join(2, true);
  Speak(speaker, milliseconds(200));
  ReportLoss(listener, limits::kDoubleRepeatLoss);
  std::size_t longest = 0;
  call_.on_sent = [&](const MediaPath&, std::string_view sent) { longest = std::max(longest, sent.size()); };
  // How many frames a packet of that size repeats, behind two of 300 bytes.
  const auto repeated = [&](std::size_t size) {
    for (const std::size_t one : {std::size_t{300}, std::size_t{300}, size}) {
      longest = 0;
      speaker.SendVoice(std::string(one, 'x'), 20);
      call_.Pass(milliseconds(20));
    }
    const Page::Heard& heard = listener.heard.back();
    const bool red = heard.header.payload_type == 63;
    EXPECT_EQ(red ? NewestRedBlock(heard.payload)->data.size() : heard.payload.size(), size);
    EXPECT_LE(longest, red ? limits::kSentDatagramBytes : limits::kDatagramBytes);
    return red ? RedReader(heard.payload).older() : 0;
  };
  EXPECT_EQ(repeated(300), 2U);
  EXPECT_EQ(repeated(600), 1U);
  EXPECT_EQ(repeated(1000), 0U);
  EXPECT_EQ(repeated(2000), 0U);
}

TEST_F(RedundancyTest, APacketThatWouldBecomeTooLongIsNotSent) {
  Page& speaker = Join(1, false);
  Page& listener = Join(2, false);
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  std::size_t received = 0, longest = 0;
  call_.on_received = [&](const MediaPath& path, std::string_view bytes) {
    if (path == speaker.path()) received = bytes.size();
  };
  call_.on_sent = [&](const MediaPath&, std::string_view sent) { longest = std::max(longest, sent.size()); };
  const auto show = [&](std::size_t size) {
    speaker.SendCamera(std::string(size, 'x'), true);
    call_.Carry();
  };
  for (int i = 0; i < 30; ++i) show(1000);
  show(1000 + limits::kDatagramBytes - received);
  EXPECT_EQ(received, limits::kDatagramBytes);
  EXPECT_EQ(longest, limits::kDatagramBytes);
  // A repair has two bytes more.
  const std::uint16_t missed = listener.heard.back().header.sequence;
  const std::uint64_t ignored = call_.engine.counters().ignored;
  std::string rtcp;
  AppendNack(rtcp, 1, listener.heard.back().header.ssrc, {&missed, 1});
  listener.SendRtcp(rtcp);
  call_.Pass(milliseconds(20));
  EXPECT_EQ(call_.engine.counters().ignored, ignored + 1);
  EXPECT_FALSE(listener.heard.back().repeats);
  EXPECT_EQ(longest, limits::kDatagramBytes);
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

TEST_F(RedundancyTest, AVoiceHeardWhileMutedIsNotRepeated) {
  Page& plain = Join(1, false);
  Page& redundant = Join(2, true);
  Page& listener = Join(3, true);
  Speak(plain, milliseconds(200));
  ReportLoss(listener, limits::kDoubleRepeatLoss);
  const auto say = [&](const std::string& text) {
    plain.SendVoice(text, 20);
    redundant.SendRedundantVoice({"older " + text, "old " + text}, text, 20);
    call_.Pass(milliseconds(20));
  };
  const auto allow = [&](bool voice) {
    for (const char* member : {"m1", "m2"}) {
      call_.Give(MediaAllow{Call::Seat(member), {voice, true, true, true}});
    }
  };
  for (int i = 0; i < 20; ++i) say("before");
  allow(false);
  for (int i = 0; i < 5; ++i) say("secret");
  allow(true);
  say("first");
  call_.Pass(limits::kVoicePeriod);  // they get slots again
  listener.heard.clear();
  redundant.SendRedundantVoice({"old secret", "first"}, "second", 20);
  plain.SendVoice("second", 20);
  call_.Pass(milliseconds(20));
  say("third");
  ASSERT_EQ(listener.heard.size(), 4U);
  const auto blocks = [&](std::size_t i) {
    const Page::Heard& heard = listener.heard[i];
    return heard.header.payload_type == 63 ? RedReader(heard.payload).older() : 0;
  };
  EXPECT_EQ(blocks(0) + blocks(1), 1U);  // `first`, of the one who sends no RED
  EXPECT_EQ(blocks(2) + blocks(3), 4U);
  for (const Page::Heard& heard : listener.heard) {
    EXPECT_EQ(heard.payload.find("secret"), std::string::npos) << heard.payload;
  }
}

TEST_F(RedundancyTest, APageOnTcpGetsNothingTwice) {
  Page& speaker = Join(1, false);
  call_.Give(MediaJoin{Call::Seat("m2"), kAll});
  Page& listener = *(call_.pages[2] = std::make_unique<Page>(2, 4, 4));
  listener.UseStream(7);
  call_.Offer(listener, "m2");
  call_.Connect(listener);
  Speak(speaker, milliseconds(200));
  ReportLoss(listener, limits::kDoubleRepeatLoss);
  listener.heard.clear();
  Speak(speaker, milliseconds(200));
  EXPECT_EQ(listener.heard.size(), 10U);
  EXPECT_EQ(listener.repeated, 0U);
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
