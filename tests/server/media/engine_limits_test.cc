// What one page, one address or one turn may cost the engine.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/media_limits.h"
#include "common/codec/rtcp_feedback.h"
#include "tests/server/media/call.h"

namespace parley {
namespace {

class EngineLimitsTest : public testing::Test {
 protected:
  static MediaSeat SeatIn(std::size_t room) { return {"room " + std::to_string(room), "m"}; }
  // A page offers in a room of its own, and never connects.
  void Enter(std::size_t room, const std::string& address) {
    call_.now += std::chrono::milliseconds(1);
    call_.Give(MediaJoin{SeatIn(room), kAll, 0, address});
    call_.Give(MediaOffer{SeatIn(room), offer_});
  }
  // A page joins on that connection to the server, and tries to connect.
  Page& JoinOn(std::uint64_t peer, unsigned number) {
    const std::string member = "m" + std::to_string(number);
    call_.Give(MediaJoin{Call::Seat(member), kAll, peer});
    Page& page = *(call_.pages[number] = std::make_unique<Page>(number, 0, 0));
    call_.Offer(page, member);
    call_.Connect(page);
    return page;
  }
  std::vector<MediaSeat> Ended() const {
    std::vector<MediaSeat> seats;
    for (const MediaEnded& ended : call_.All<MediaEnded>()) {
      EXPECT_EQ(ended.reason, MediaEnded::Reason::kClosed);
      seats.push_back(ended.seat);
    }
    return seats;
  }

  const std::string offer_ = Page(1, 0, 0).Offer();
  Call call_;
};

TEST_F(EngineLimitsTest, BeyondTheLimitTheOldestUnconnectedPageIsEnded) {
  for (std::size_t i = 0; i < limits::kMediaSessions; ++i) Enter(i, "");
  EXPECT_EQ(call_.engine.counters().sessions, limits::kMediaSessions);
  EXPECT_TRUE(Ended().empty());
  Enter(limits::kMediaSessions, "");
  EXPECT_EQ(Ended(), std::vector<MediaSeat>{SeatIn(0)});
  EXPECT_EQ(call_.engine.counters().sessions, limits::kMediaSessions);
  call_.Give(MediaOffer{SeatIn(1), offer_});  // who has a place may offer again
  EXPECT_EQ(Ended().size(), 1U);
  EXPECT_TRUE(call_.All<MediaRefusal>().empty());
}

TEST_F(EngineLimitsTest, APageThatIsConnectedKeepsItsPlace) {
  Call call(1, 2);
  call.Join(1, kAll);
  call.Join(2, kAll);
  const MediaOffer third{Call::Seat("m3"), Page(3, 0, 0).Offer()};
  call.Give(MediaJoin{third.seat, kAll});
  call.Give(third);
  ASSERT_EQ(call.All<MediaRefusal>().size(), 1U);
  EXPECT_EQ(call.All<MediaRefusal>().front().problem, "the server has too many calls");
  call.Give(MediaLeave{Call::Seat("m1")});
  call.Give(third);
  EXPECT_EQ(call.All<MediaRefusal>().size(), 1U);
  EXPECT_EQ(call.engine.counters().sessions, 2U);
}

TEST_F(EngineLimitsTest, OneAddressHasAShareOfThePages) {
  Enter(0, "192.0.2.2");
  for (std::size_t i = 1; i <= limits::kMediaSessionsPerAddress; ++i) Enter(i, "192.0.2.1");
  EXPECT_TRUE(Ended().empty());
  Enter(limits::kMediaSessionsPerAddress + 1, "192.0.2.1");
  EXPECT_EQ(Ended(), std::vector<MediaSeat>{SeatIn(1)});  // of its own address
}

TEST_F(EngineLimitsTest, OneMemberCannotBeginManyHandshakes) {
  EXPECT_TRUE(JoinOn(7, 1).connected());
  EXPECT_TRUE(JoinOn(7, 2).connected());
  EXPECT_FALSE(JoinOn(7, 3).connected());
  EXPECT_TRUE(JoinOn(8, 4).connected());
  call_.now += std::chrono::seconds(1);
  EXPECT_TRUE(JoinOn(7, 5).connected());
}

TEST_F(EngineLimitsTest, ManyChangesInOneTurnAreToldEachMemberOnce) {
  constexpr unsigned kPeople = 8;
  for (unsigned i = 1; i <= kPeople; ++i) call_.Join(i, kAll, 0, kPeople);
  std::vector<MediaCommand> quiet;
  for (unsigned i = 1; i <= kPeople; ++i) {
    MediaWants wants{Call::Seat("m" + std::to_string(i)), {}};
    for (unsigned other = 1; other <= kPeople; ++other)
      wants.videos.push_back({"m" + std::to_string(other), MediaKind::kCamera, 360});
    call_.Give(wants);
    EXPECT_EQ(call_.Slots(wants.seat.member).size(), kPeople - 1);
    quiet.emplace_back(MediaAllow{wants.seat, {}});
  }
  call_.events.clear();
  call_.Give(quiet);
  EXPECT_EQ(call_.All<MediaSlots>().size(), kPeople);
  for (unsigned i = 1; i <= kPeople; ++i) EXPECT_TRUE(call_.Slots("m" + std::to_string(i)).empty());
}

TEST_F(EngineLimitsTest, TheEndOfACallTellsNobodyOfSlots) {
  call_.Join(1, kAll);
  call_.Join(2, kAll);
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  ASSERT_EQ(call_.Slots("m2").size(), 1U);
  call_.events.clear();
  call_.Give(MediaCloseRoom{"room"});
  EXPECT_TRUE(call_.events.empty());
  EXPECT_EQ(call_.engine.counters().sessions, 0U);
}

TEST_F(EngineLimitsTest, AFloodOfRequestsForPacketsIsNotLookedAt) {
  Page& one = call_.Join(1, kAll);
  Page& two = call_.Join(2, kAll);
  call_.Give(MediaWants{Call::Seat("m2"), {{"m1", MediaKind::kCamera, 360}}});
  one.SendCamera("key", true);
  call_.Carry();
  ASSERT_EQ(two.heard.size(), 1U);
  const RtpHeader missed = two.heard.back().header;
  const auto ask = [&](std::size_t count, std::uint16_t first) {
    std::vector<std::uint16_t> numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<std::uint16_t>(first + i));
    std::string rtcp;
    AppendNack(rtcp, 1, missed.ssrc, numbers);
    two.SendRtcp(rtcp);
    call_.Carry();
  };
  for (std::size_t asked = 0; asked < limits::kNackedPerSecond; asked += limits::kNackedPackets) {
    ask(limits::kNackedPackets, static_cast<std::uint16_t>(missed.sequence + 1));  // these never were
  }
  ask(1, missed.sequence);
  EXPECT_EQ(call_.engine.counters().sent_again, 0U);
  call_.Pass(std::chrono::seconds(1));
  ask(1, missed.sequence);
  EXPECT_EQ(call_.engine.counters().sent_again, 1U);
}

TEST_F(EngineLimitsTest, OnlyPacketsThatOthersMayGetAreKeptAndOnlyWhileMoreCome) {
  Page& one = call_.Join(1, {true, false, false, false});
  one.SendCamera("hidden", true);
  call_.Pass(std::chrono::milliseconds(50));
  EXPECT_EQ(call_.engine.counters().kept_bytes, 0U);
  call_.Give(MediaAllow{Call::Seat("m1"), kAll});
  one.SendCamera("shown", true);
  call_.Pass(std::chrono::milliseconds(50));
  EXPECT_GT(call_.engine.counters().kept_bytes, 0U);
  call_.Pass(limits::kStreamLive + limits::kReportPeriod + std::chrono::milliseconds(50));
  EXPECT_EQ(call_.engine.counters().kept_bytes, 0U);
}

TEST_F(EngineLimitsTest, APageIsKnownByItsLatestPathsOnly) {
  Page& one = call_.Join(1, kAll);
  Page& two = call_.Join(2, kAll);
  const auto path = [&](std::size_t number) {
    MediaPath made = one.path();
    made.remote.port = static_cast<std::uint16_t>(1000 + number);
    return made;
  };
  const std::size_t last = 2 * limits::kIcePairs;
  for (std::size_t i = 0; i <= last; ++i) {
    call_.now += std::chrono::milliseconds(1);
    std::string check = one.MakeCheck();
    call_.engine.Receive(path(i), check, call_.now);
  }
  EXPECT_FALSE(call_.engine.Knows(path(last - limits::kIcePairs)));
  EXPECT_TRUE(call_.engine.Knows(path(last - limits::kIcePairs + 1)));
  EXPECT_TRUE(call_.engine.Knows(two.path()));
  call_.Give(MediaLeave{Call::Seat("m1")});
  EXPECT_FALSE(call_.engine.Knows(path(last)));
  EXPECT_TRUE(call_.engine.Knows(two.path()));
}

}  // namespace
}  // namespace parley
