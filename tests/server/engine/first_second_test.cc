// The first second of a connection: who is still undecided, what is kept for it; and who is refused.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"
#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class FirstSecondTest : public testing::Test {
 protected:
  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lobby", "Ana");
};

TEST_F(FirstSecondTest, APeerThatSaysNothingIsRawAfterASecond) {
  server_.Connects();
  server_.Pass(milliseconds(999));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  server_.Pass(milliseconds(1));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-1 (guest)"));
}

TEST_F(FirstSecondTest, TheSecondRunsFromTheAccept) {
  TestPeer peer = server_.Connects();
  server_.Pass(milliseconds(900));
  peer.Send("GET /");
  server_.Pass(milliseconds(100));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-1 (guest)", "lobby #1 guest-1: GET /"));
}

TEST_F(FirstSecondTest, LobbyMessagesAreHeldUntilThePeerIsRaw) {
  TestPeer peer = server_.Connects();
  ana_.Say("lobby", "one");
  ana_.Say("lobby", "two");
  EXPECT_EQ(peer.Reads(), "") << "nothing is sent before it is decided";
  server_.Pass(seconds(1));
  EXPECT_EQ(peer.Reads(), "Ana: one\nAna: two\n");
  ana_.Say("lobby", "three");
  EXPECT_EQ(peer.Reads(), "Ana: three\n");
}

TEST_F(FirstSecondTest, BytesOfRawPeersAreKeptToo) {
  TestPeer raw = server_.Raw();
  TestPeer peer = server_.Connects();
  raw.Send("\x01\xff");
  server_.Pass(seconds(1));
  EXPECT_EQ(peer.Reads(), "\x01\xff");
}

TEST_F(FirstSecondTest, ItComesBeforeWhatItsOwnFirstChunkBrings) {
  TestPeer other = server_.Raw();
  TestPeer peer = server_.Connects();
  ana_.Say("lobby", "before");
  server_.Quiet();
  peer.Send("hello\n");
  other.Send("after\n");
  EXPECT_EQ(peer.Reads(), "Ana: before\nafter\n");
  EXPECT_EQ(other.Reads(), "hello\n");
}

TEST_F(FirstSecondTest, HeldMessagesAreDroppedForALinesPeer) {
  TestPeer peer = server_.Connects();
  ana_.Say("lobby", "one");
  peer.Hello("Ben");
  EXPECT_THAT(peer.Hears(), ElementsAre("welcome Ben (guest)"));
}

TEST_F(FirstSecondTest, HeldMessagesAreDroppedForAnHttpPeer) {
  TestPeer peer = server_.Connects();
  ana_.Say("lobby", "one");
  peer.Send("GET /healthz HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(peer.closed());
}

TEST_F(FirstSecondTest, SixtyFourKiBAreKeptAndTheOldestGoesFirst) {
  TestPeer peer = server_.Connects();
  const std::string text(10'000, 'x');
  for (int i = 0; i < 8; ++i) ana_.Say("lobby", std::to_string(i) + text);
  server_.Pass(seconds(1));
  const std::string got = peer.Reads();
  EXPECT_LE(got.size(), limits::kUndecidedBytes);
  EXPECT_GT(got.size(), limits::kUndecidedBytes - 10'100);
  EXPECT_THAT(got, StartsWith("Ana: 2x"));
  EXPECT_THAT(got, HasSubstr("\nAna: 7x"));
}

TEST_F(FirstSecondTest, MessagesOfOtherRoomsAreNotHeld) {
  ana_.Join("lab");
  TestPeer peer = server_.Connects();
  ana_.Say("lab", "not for the lobby");
  server_.Pass(seconds(1));
  EXPECT_EQ(peer.Reads(), "");
}

TEST_F(FirstSecondTest, NothingIsKeptWhereGuestsAreNotAllowed) {
  TestServer server({.hub = {.guests = false, .ice_servers = {}}});
  TestPeer peer = server.Connects();
  server.Pass(seconds(1));
  EXPECT_EQ(peer.Reads(), "This server requires a login.\n");
  EXPECT_TRUE(peer.closed());
}

TEST_F(FirstSecondTest, AnUndecidedPeerThatVanishesIsNotAnnounced) {
  TestPeer peer = server_.Connects();
  peer.Vanish();
  server_.Pass(seconds(2));
  ana_.Say("lobby", "hi");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lobby #1"));
}

TEST_F(FirstSecondTest, AClientHelloOnThePlainDoorIsClosedWithoutAReply) {
  TestPeer peer = server_.Connects();
  peer.Send("\x16\x03\x01\x02\x00");
  EXPECT_EQ(peer.Reads(), "");
  EXPECT_TRUE(peer.closed());
}

// --- Refused: the server is full ---

class RefusedTest : public FirstSecondTest {
 protected:
  TestPeer peer_ = server_.Connects({.address = "10.0.0.9", .refused = true});
};

TEST_F(RefusedTest, LinesAreToldServerFull) {
  peer_.Hello("Ben");
  EXPECT_THAT(peer_.Hears(), ElementsAre("error server_full"));
  EXPECT_TRUE(peer_.closed());
}

TEST_F(RefusedTest, RawIsToldInOneLineAndHearsNothing) {
  ana_.Say("lobby", "hi");
  server_.Pass(seconds(1));
  EXPECT_EQ(peer_.Reads(), "The server is full: try again later.\n");
  EXPECT_TRUE(peer_.closed());
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lobby #1"));
}

TEST_F(RefusedTest, HttpIsToldInAResponse) {
  peer_.Send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n");
  EXPECT_THAT(peer_.Reads(), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(peer_.closed());
}

}  // namespace
}  // namespace parley::test
