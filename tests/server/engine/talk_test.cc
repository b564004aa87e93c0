// Peers of both dialects in one lobby, hello, ends of connections.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// --- Raw and lines ---

TEST(TalkTest, EveryoneHearsTheOthersInTheirOwnWay) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Raw();
  TestPeer other = server.Raw();
  ana.Say("lobby", "hi");
  raw.Send("caf\xc3\xa9\r\n");
  EXPECT_THAT(ana.Hears(), ElementsAre("ok lobby #1", "lobby #2 guest-1: caf\u00e9"));
  EXPECT_EQ(raw.Reads(), "Ana: hi\n");
  EXPECT_EQ(other.Reads(), "Ana: hi\ncaf\xc3\xa9\r\n");
}

TEST(TalkTest, RawBytesPassWhateverTheyAre) {
  TestServer server;
  TestPeer raw = server.Raw();
  TestPeer other = server.Raw();
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  raw.Send(all);
  raw.Send("\n");
  raw.Send("\xc3");
  EXPECT_EQ(other.Reads(), all + "\n\xc3");
  EXPECT_EQ(raw.Reads(), "");
}

TEST(TalkTest, BytesAndMessagesOfOneRoomStayInOrder) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Raw();
  TestPeer witness = server.Raw();
  server.Quiet();
  server.log().Hold();
  ana.Say("lobby", "one");
  raw.Send("two\n");
  ana.Say("lobby", "three");
  raw.Send("four\n");
  server.log().Let();
  server.Settle();
  EXPECT_EQ(witness.Reads(), "Ana: one\ntwo\nAna: three\nfour\n");
}

TEST(TalkTest, ARawPeerIsPartOfTheLobby) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Connects();
  raw.Send("hi\n");
  EXPECT_THAT(ana.Hears(), ElementsAre("lobby + guest-1 (guest)", "lobby #1 guest-1: hi"));
  raw.Vanish();
  EXPECT_THAT(ana.Hears(), ElementsAre("lobby - guest-1 (lost)"));
}

TEST(TalkTest, WhereGuestsAreNotAllowedARawPeerIsToldInOneLine) {
  TestServer server({.hub = {.guests = false, .ice_servers = {}}});
  TestPeer raw = server.Connects();
  raw.Send("hi\n");
  EXPECT_EQ(raw.Reads(), "This server requires a login.\n");
  EXPECT_TRUE(raw.closed());
}

// --- Hello ---

TEST(HelloTimeTest, ThirtySecondsToHello) {
  TestServer server;
  TestPeer ana = server.Connects();
  ana.Send("{\"type\":");
  server.Pass(seconds(30) - milliseconds(1));
  EXPECT_FALSE(ana.closed());
  server.Pass(milliseconds(1));
  EXPECT_THAT(ana.Hears(), ElementsAre("error hello_required"));
  EXPECT_TRUE(ana.closed());
}

TEST(HelloTimeTest, ARefusedHelloDoesNotStopTheClock) {
  TestServer server;
  server.Lines("Ana");
  TestPeer late = server.Connects();
  server.Pass(milliseconds(500));
  late.Hello("Ana");
  server.Pass(seconds(30));
  EXPECT_THAT(late.Hears(), ElementsAre("error name_taken", "error hello_required"));
}

TEST(HelloTimeTest, ManyHellosAtOnceAreAnsweredAtOnce) {
  TestServer server;
  server.Lines("Ana");
  TestPeer ben = server.Connects();
  const auto hello = [](const char* name) {
    protocol::Hello request;
    request.name = name;
    return Line(request);
  };
  ben.Send(hello("Ana") + hello("Ana") + hello("Ana") + hello("Ben") + Line(protocol::Ping{}));
  EXPECT_THAT(ben.Hears(), ElementsAre("error name_taken", "error name_taken", "error name_taken",
                                       testing::StartsWith("welcome"), testing::StartsWith("pong")));
}

TEST(HelloTimeTest, AWelcomedPeerMayStaySilent) {
  TestServer server;
  TestPeer ana = server.Lines("Ana");
  server.Pass(std::chrono::hours(24));
  EXPECT_FALSE(ana.closed());
  EXPECT_THAT(ana.Hears(), IsEmpty());
}

TEST(HelloTimeTest, AnythingElseBeforeHelloCloses) {
  for (const char* line : {"{\"type\":\"ping\",\"ref\":\"p\"}\n", "{\"type\":\"dance\",\"ref\":\"p\"}\n"}) {
    TestServer server;
    TestPeer ana = server.Connects();
    ana.Send(line);
    EXPECT_THAT(ana.Hears(), ElementsAre("p: error hello_required"));
    EXPECT_TRUE(ana.closed());
  }
}

// --- Errors that close, and those that don't ---

TEST(ErrorTest, AFatalErrorClosesTheConnection) {
  struct Case {
    const char* line;
    const char* error;
  };
  for (const Case& c :
       {Case{"{]\n", "error bad_json"}, Case{"[]\n", "error bad_json"},
        Case{"{\"type\":\"hello\",\"protocol\":2,\"name\":\"Ben\"}\n", "error protocol_unsupported"}}) {
    TestServer server;
    TestPeer ben = server.Connects();
    ben.Send("{}\n");
    ben.Send(c.line);
    ben.Send("{\"type\":\"ping\"}\n");
    EXPECT_THAT(ben.Hears(), ElementsAre("error bad_message", c.error));
    EXPECT_TRUE(ben.closed());
  }
}

TEST(ErrorTest, AMemberClosedForAnErrorIsReportedAsLost) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  TestPeer ben = server.LinesIn("lab", "Ben");
  ben.Send("}\n");
  EXPECT_THAT(ben.Hears(), ElementsAre("error bad_json"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab - Ben (lost)"));
}

TEST(ErrorTest, OtherErrorsLeaveTheConnectionOpen) {
  TestServer server;
  TestPeer ana = server.Lines("Ana");
  ana.Send("{\"type\":\"dance\",\"ref\":\"a\"}\n{\"type\":\"message\",\"ref\":\"b\"}\n{\"ref\":\"c\"}\n");
  ana.Ask(protocol::Ping{}, "d");
  EXPECT_THAT(ana.Hears(), ElementsAre("a: error unknown_type", "b: error bad_message",
                                       "c: error bad_message", "d: pong"));
}

TEST(ErrorTest, ATooLongLineComesAfterTheRepliesThatAreDue) {
  TestServer server;
  TestPeer ana = server.LinesIn("lab", "Ana");
  ana.Send(Line(Chat("lab", "hi"), "m") + "{" + std::string(limits::kMessageBytes, ' ') + "\n");
  EXPECT_THAT(ana.Hears(), ElementsAre("m: ok lab #1", "error too_large"));
  EXPECT_TRUE(ana.closed());
}

// --- Half-closed connections ---

TEST(HalfCloseTest, ARawPeerGoesOnListening) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Connects();
  raw.Send("hi\n");
  raw.FinishSending();
  server.Pass(std::chrono::hours(1));
  ana.Say("lobby", "still there?");
  EXPECT_EQ(raw.Reads(), "Ana: still there?\n");
  EXPECT_FALSE(raw.closed());
}

TEST(HalfCloseTest, ABeginningOfARequestLineIsRawAtTheEnd) {
  TestServer server;
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Connects();
  raw.Send("GET");
  EXPECT_THAT(ana.Hears(), IsEmpty());
  raw.FinishSending();
  EXPECT_THAT(ana.Hears(),
              ElementsAre("lobby + guest-1 (guest)", "lobby #1 guest-1: GET", "lobby - guest-1 (left)"));
  EXPECT_FALSE(raw.closed());
}

TEST(HalfCloseTest, ALinesPeerGetsItsRepliesThenIsClosed) {
  TestServer server;
  TestPeer ben = server.LinesIn("lab", "Ben");
  TestPeer ana = server.LinesIn("lab", "Ana");
  server.log().Hold();
  ana.Send(Line(Chat("lab", "hi"), "m") + Line(protocol::Ping{}, "p") + "{\"half\":");
  ana.FinishSending();
  EXPECT_FALSE(ana.closed());
  server.log().Let();
  server.Settle();
  EXPECT_THAT(ana.Hears(), ElementsAre("m: ok lab #1", "p: pong"));
  EXPECT_TRUE(ana.closed());
  EXPECT_THAT(ben.Hears(), ElementsAre("lab #1 Ana: hi", "lab - Ana (left)"));
}

TEST(HalfCloseTest, AllThatWaitsForItsPaceIsDoneFirst) {
  TestServer server({.hub = {.ice_servers = {}}, .rate = 1});
  server.LinesIn("lab", "Ben");
  TestPeer ana = server.LinesIn("lab", "Ana");
  ana.Send(Line(Chat("lab", "1")) + Line(Chat("lab", "2")) + Line(Chat("lab", "3")) + Line(Chat("lab", "4")));
  ana.FinishSending();
  EXPECT_THAT(ana.Hears(), ElementsAre("ok lab #1", "ok lab #2"));
  server.Pass(seconds(1));
  server.Pass(seconds(1));
  EXPECT_THAT(ana.Hears(), ElementsAre("ok lab #3", "ok lab #4"));
  EXPECT_TRUE(ana.closed());
}

// --- Places that are used again ---

TEST(PlaceTest, ANewPeerInAnOldPlaceGetsNothingOfTheOldOne) {
  TestServer server;
  TestPeer ben = server.LinesIn("lab", "Ben");
  TestPeer ana = server.LinesIn("lab", "Ana");
  const PeerIndex place = ana.index();
  server.log().Hold();
  ana.Say("lab", "hi");
  ana.Vanish();
  TestPeer cyn = server.Lines("Cyn");
  ASSERT_EQ(cyn.index(), place);
  cyn.Ask(protocol::Ping{});
  server.log().Let();
  server.Settle();
  EXPECT_THAT(cyn.Hears(), ElementsAre("pong"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (lost)", "lab #1 Ana: hi"));
  server.Pass(seconds(60));
  EXPECT_FALSE(cyn.closed());
}

TEST(PlaceTest, CountsItsPeers) {
  TestServer server;
  EXPECT_EQ(server.exchange().peer_count(), 0u);
  TestPeer ana = server.Lines("Ana");
  server.Raw();
  EXPECT_EQ(server.exchange().peer_count(), 2u);
  ana.Vanish();
  EXPECT_EQ(server.exchange().peer_count(), 1u);
}

}  // namespace
}  // namespace parley::test
