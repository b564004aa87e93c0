#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ShutdownTest, MembersAreToldAndEverybodyIsClosed) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer stranger = server.Connects();
  stranger.Send("{");
  TestPeer raw = server.Raw();
  TestPeer undecided = server.Connects();
  server.Quiet();
  server.Shutdown();
  EXPECT_THAT(ana.Hears(), ElementsAre("closing")) << "nobody is told that the others leave";
  EXPECT_THAT(stranger.Hears(), ElementsAre("closing"));
  EXPECT_EQ(raw.Reads(), "");
  EXPECT_EQ(undecided.Reads(), "");
  for (const TestPeer& peer : {ana, stranger, raw, undecided}) EXPECT_TRUE(peer.closed());
  EXPECT_EQ(server.exchange().peer_count(), 0u);
}

TEST(ShutdownTest, TheTurnsMessagesAreStoredAndAnsweredFirst) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  TestPeer ben = server.LinesIn("lab", "Ben");
  server.exchange().Receive(ana.index(), Line(Chat("lab", "last words")), server.now());
  server.Shutdown();
  EXPECT_THAT(ana.Hears(), ElementsAre("ok lab #1", "closing"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab #1 Ana: last words", "closing"));
}

TEST(ShutdownTest, ASlowReaderGetsWhatItsQueueHolds) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  TestPeer ben = server.LinesIn("lab", "Ben");
  ben.StopReading();
  ana.Say("lab", "hi");
  server.Shutdown();
  EXPECT_FALSE(ben.closed());
  ben.StartReading();
  EXPECT_THAT(ben.Hears(), ElementsAre("lab #1 Ana: hi", "closing"));
  EXPECT_TRUE(ben.closed());
}

TEST(ShutdownTest, BytesDuringAShutdownAreNotRead) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  ana.KeepsOpen();
  server.Shutdown();
  EXPECT_FALSE(server.exchange().WantsRead(ana.index()));
  ana.Say("lab", "too late");
  EXPECT_THAT(ana.Hears(), ElementsAre("closing"));
}

TEST(ShutdownTest, AnUndecidedPeerHoldsNothingUp) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer undecided = server.Connects();
  ana.Say("lobby", "hi");
  server.Shutdown();
  EXPECT_TRUE(undecided.closed()) << "what it heard would never be flushed";
}

TEST(ShutdownTest, DeadlinesThatPassMeanwhileDisturbNobody) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer undecided = server.Connects();
  TestPeer stranger = server.Connects();
  stranger.Send("{");
  undecided.KeepsOpen();
  stranger.KeepsOpen();
  server.Quiet();
  server.Shutdown();
  EXPECT_TRUE(ana.closed());
  server.Pass(seconds(1));
  server.Pass(seconds(60));
  EXPECT_EQ(undecided.Reads(), "");
  EXPECT_THAT(stranger.Hears(), ElementsAre("closing"));
}

TEST(ShutdownTest, AShutdownWaitsForTheLog) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer ben = server.LinesIn("lobby", "Ben");
  TestPeer undecided = server.Connects();
  undecided.KeepsOpen();
  server.log().Hold();
  ana.Say("lobby", "hi");
  ben.Ask(protocol::History{"lobby", {}, {}});
  server.Shutdown();
  EXPECT_THAT(ana.Hears(), ElementsAre("ok lobby #1", "closing"));
  EXPECT_THAT(ben.Hears(), Contains("lobby #1 Ana: hi"));
  EXPECT_TRUE(server.exchange().out(undecided.index()).empty());
}

// Its answer comes after the connection has gone, or while it is still being flushed.
TEST(ShutdownTest, ALoginThatIsBeingCheckedIsForgotten) {
  TestServer server;
  TestPeer reads = server.Connects();
  TestPeer slow = server.Connects();
  server.accounts().Hold();
  reads.Hello("Ana");
  slow.Hello("Ben");
  slow.StopReading();
  server.Shutdown();
  EXPECT_TRUE(reads.closed());
  server.accounts().Let();
  server.Settle();
  slow.StartReading();
  EXPECT_THAT(reads.Hears(), ElementsAre("closing"));
  EXPECT_THAT(slow.Hears(), ElementsAre("closing"));
}

// Accounts that answer though nobody waits any more must harm nobody.
TEST(ShutdownTest, AnAnswerThatNobodyWaitsForIsDropped) {
  class Stubborn : public FakeAccounts {
   public:
    void Forget(std::uint64_t /*ticket*/) override {}
  };
  auto* accounts = new Stubborn;
  Exchange exchange({}, std::make_unique<SlowLog>(10), std::unique_ptr<Accounts>(accounts));
  const Now now{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  const PeerIndex peer = exchange.Open({.address = "10.0.0.1"}, now);
  accounts->Hold();
  protocol::Hello hello;
  hello.name = "Ana";
  exchange.Receive(peer, Line(hello), now);
  exchange.Lost(peer, "lost", now);
  exchange.Release(peer);
  accounts->Let();
  exchange.Commit(now);
  EXPECT_EQ(exchange.peer_count(), 0u);
}

TEST(ShutdownTest, AConnectionDuringTheShutdownIsClosedAtOnce) {
  TestServer server;
  server.Shutdown();
  const TestPeer late = server.Connects();
  EXPECT_TRUE(late.closed());
  const TestPeer browser = server.Connects({.address = "10.0.0.1", .tls = true, .alpn_http = true});
  EXPECT_TRUE(browser.closed());
}

}  // namespace
}  // namespace parley::test
