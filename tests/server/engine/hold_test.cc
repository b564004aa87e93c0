// Too fast a sender is slowed by not being read: nothing is lost, nobody else waits.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HoldTest : public testing::Test {
 protected:
  HoldTest() : server_({.hub = {.ice_servers = {}}, .rate = 10}) {}

  static std::string Messages(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) lines += Line(Chat("lab", "no. " + std::to_string(i)));
    return lines;
  }

  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lab", "Ana");
  TestPeer ben_ = server_.LinesIn("lab", "Ben");
};

TEST_F(HoldTest, ABurstOfTwiceTheRateThenTheRate) {
  ana_.Send(Messages(35));
  EXPECT_THAT(ana_.Hears(), SizeIs(20));
  EXPECT_FALSE(server_.exchange().WantsRead(ana_.index()));
  EXPECT_EQ(server_.exchange().NextDeadline(), server_.now().monotonic + milliseconds(100));
  server_.Pass(milliseconds(99));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  server_.Pass(milliseconds(1));
  EXPECT_THAT(ana_.Hears(), SizeIs(1));
  for (int i = 0; i < 9; ++i) server_.Pass(milliseconds(100));
  EXPECT_THAT(ana_.Hears(), SizeIs(9));
}

TEST_F(HoldTest, NothingIsLostAndNothingTurnedRound) {
  ana_.Send(Messages(100));
  for (int i = 0; i < 100; ++i) server_.Pass(milliseconds(100));
  std::vector<std::string> all;
  for (int i = 1; i <= 100; ++i) {
    all.push_back("lab #" + std::to_string(i) + " Ana: no. " + std::to_string(i));
  }
  EXPECT_EQ(ben_.Hears(), all);
  EXPECT_TRUE(server_.exchange().WantsRead(ana_.index()));
}

TEST_F(HoldTest, UnreadBytesStayInTheSocket) {
  ana_.Send(Messages(30));
  ana_.Send(Messages(30));
  EXPECT_GT(ana_.unread(), 0u);
  for (int i = 0; i < 60; ++i) server_.Pass(milliseconds(100));
  EXPECT_EQ(ana_.unread(), 0u);
  EXPECT_THAT(ben_.Hears(), SizeIs(60));
}

TEST_F(HoldTest, MembersCountsForMoreInALargeRoom) {
  for (int i = 3; i <= 1'000; ++i) server_.LinesIn("lab", "guest " + std::to_string(i));
  server_.Pass(seconds(2));  // Ana may use a whole burst again
  ana_.Hears();
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += Line(protocol::Members{.room = "lab", .limit = 0});
  ana_.Send(lines);
  EXPECT_THAT(ana_.Hears(), SizeIs(34)) << "a burst of 100, each of which counts as 3";
  server_.Pass(seconds(1));
  EXPECT_THAT(ana_.Hears(), SizeIs(testing::AllOf(testing::Ge(16), testing::Le(17))));
}

TEST_F(HoldTest, OthersGoOn) {
  ana_.Send(Messages(100));
  server_.Quiet();
  ben_.Say("lab", "me too");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #21"));
}

TEST_F(HoldTest, LaterRequestsOfTheSamePeerKeepTheirTurn) {
  ana_.Send(Messages(21) + Line(protocol::Ping{}, "p"));
  EXPECT_THAT(ana_.Hears(), SizeIs(20));
  server_.Pass(milliseconds(100));
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #21", "p: pong"));
}

TEST_F(HoldTest, OtherRequestsHaveTheirOwnAllowance) {
  ana_.Send(Messages(20));
  ana_.Hears();
  ana_.Ask(protocol::Ping{});
  EXPECT_THAT(ana_.Hears(), ElementsAre("pong"));
}

TEST_F(HoldTest, FaultsCountToo) {
  std::string faults;
  for (int i = 0; i < 150; ++i) faults += "{\"type\":\"dance\"}\n";
  TestPeer cyn = server_.Lines("Cyn");
  server_.Pass(seconds(10));
  cyn.Send(faults);
  EXPECT_THAT(cyn.Hears(), SizeIs(100));
  server_.Pass(seconds(1));
  EXPECT_THAT(cyn.Hears(), SizeIs(50));
}

TEST_F(HoldTest, SignalsAreFastEnoughForACall) {
  std::string signals;
  for (int i = 0; i < 1'001; ++i) signals += Line(protocol::Signal{"lab", ben_.id(), std::to_string(i)});
  ana_.Send(signals);
  EXPECT_THAT(ben_.Hears(), SizeIs(1'000));
  server_.Pass(milliseconds(2));
  EXPECT_THAT(ben_.Hears(), ElementsAre("signal lab Ana 1000"));
}

TEST_F(HoldTest, ARawPeerIsSlowedToo) {
  ana_.Join("lobby");
  TestPeer raw = server_.Raw();
  TestPeer other = server_.Raw();
  for (int i = 0; i < 30; ++i) raw.Send("x\n");
  EXPECT_EQ(other.Reads().size(), 40u);
  server_.Pass(milliseconds(100));
  EXPECT_EQ(other.Reads().size(), 2u);
  server_.Pass(milliseconds(100));
  EXPECT_EQ(other.Reads().size(), 18u) << "what waited in the socket is one read";
}

TEST_F(HoldTest, ALongChunkOfARawPeerIsPaidForBeforeTheNext) {
  TestPeer raw = server_.Raw();
  TestPeer other = server_.Raw();
  const std::string chunk(limits::kReadBytes, '\xff');  // thirteen messages of replacement characters
  for (int i = 0; i < 3; ++i) raw.Send(chunk);
  EXPECT_EQ(other.Reads().size(), 2 * chunk.size());
  server_.Pass(milliseconds(699));  // 26 messages less a burst of 20, and the one to come
  EXPECT_EQ(other.Reads().size(), 0u);
  server_.Pass(milliseconds(1));
  EXPECT_EQ(other.Reads().size(), chunk.size());
}

TEST_F(HoldTest, ZeroMeansNoLimit) {
  TestServer server({.hub = {.ice_servers = {}}, .rate = 0});
  TestPeer ana = server.LinesIn("lab", "Ana");
  ana.Send(Messages(5'000));
  EXPECT_THAT(ana.Hears(), SizeIs(5'000));
}

TEST_F(HoldTest, APacedPeerThatVanishesIsForgotten) {
  ana_.Send(Messages(100));
  ana_.Vanish();
  server_.Pass(seconds(100));
  EXPECT_THAT(ben_.Hears(), SizeIs(22)) << "twenty messages, that she is lost, and who is host now";
}

}  // namespace
}  // namespace parley::test
