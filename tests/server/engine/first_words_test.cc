// Peers whose first words are no chat: other protocols, what comes too late, Telnet, and those who say
// nothing.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::seconds;
using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kHello = R"({"type":"hello","protocol":1,"name":"Ben"})"
                           "\n";

class FirstWordsTest : public testing::Test {
 protected:
  TestServer server_;
  TestPeer ana_ = server_.LinesIn("lobby", "Ana");
};

TEST_F(FirstWordsTest, AHelloAfterAMarkOrWhiteSpaceIsAHello) {
  for (const std::string before : {"\xEF\xBB\xBF", " ", "\r\n\n"}) {
    TestPeer ben = server_.Connects();
    ben.Send(before + kHello);
    EXPECT_THAT(ben.Hears(), ElementsAre("welcome Ben (guest)"));
    ben.Vanish();
  }
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(FirstWordsTest, AnotherMethodIsAnsweredByHttpAndNobodyHearsIt) {
  TestPeer peer = server_.Connects();
  peer.Send("PROPFIND /dav HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dXNlcjpwdw==\r\n\r\n");
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 405 "));
  server_.Pass(seconds(1));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(FirstWordsTest, AnotherProtocolIsToldSoAndNobodyHearsIt) {
  TestPeer raw = server_.Raw();
  server_.Quiet();
  TestPeer peer = server_.Connects();
  peer.Send("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C"s + "ssssddddpp" + kHello);
  EXPECT_EQ(peer.Reads(), "This is a Parley chat server: it does not speak the PROXY protocol.\n");
  EXPECT_TRUE(peer.closed());
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_EQ(raw.Reads(), "");
}

TEST_F(FirstWordsTest, AHelloThatComesTooLateIsHeardByNobody) {
  TestPeer raw = server_.Raw();
  TestPeer late = server_.Raw();
  late.Send(std::string(R"({"type":"hello","protocol":1,"user":"ana","password":"secret"})") + "\n");
  EXPECT_THAT(late.Hears(), ElementsAre("error hello_required"));
  EXPECT_TRUE(late.closed());
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby - guest-2 (lost)"));
  EXPECT_EQ(raw.Reads(), "");
}

TEST_F(FirstWordsTest, ARequestThatComesTooLateIsRefusedAndHeardByNobody) {
  TestPeer raw = server_.Raw();
  TestPeer late = server_.Raw();
  late.Send("GET /secret HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(late.Reads(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(late.closed());
  EXPECT_EQ(raw.Reads(), "");
}

TEST_F(FirstWordsTest, ARawPeerThatHasSpokenMaySendARequestLineAsText) {
  TestPeer raw = server_.Raw();
  server_.Quiet();
  raw.Send("look at this:\n");
  raw.Send("GET / HTTP/1.1\r\n");
  EXPECT_THAT(ana_.Hears(),
              ElementsAre("lobby #1 guest-1: look at this:", "lobby #2 guest-1: GET / HTTP/1.1"));
}

// --- Telnet ---

TEST_F(FirstWordsTest, CtrlCOfTelnetIsAnsweredAndNobodyHearsIt) {
  TestPeer raw = server_.Raw();
  TestPeer telnet = server_.Raw();
  server_.Quiet();
  telnet.Send("\xFF\xF4\xFF\xFD\x06");
  EXPECT_EQ(telnet.Reads(), "\xFF\xFC\x06");
  telnet.Send("howdy\r\0\xFF\xFB\x1F"s);
  EXPECT_EQ(telnet.Reads(), "\xFF\xFE\x1F");
  EXPECT_EQ(raw.Reads(), "howdy\n");
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-2: howdy"));
}

TEST_F(FirstWordsTest, AReturnAndNulIsANewlineInAMessage) {
  TestPeer raw = server_.Raw();
  TestPeer speaker = server_.Raw();
  server_.Quiet();
  speaker.Send("howdy\r\0"s);
  EXPECT_EQ(raw.Reads(), "howdy\r\0"s) << "raw peers get the bytes";
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-2: howdy"));
}

// --- Those who say nothing, or nothing more ---

TEST_F(FirstWordsTest, AConnectionThatClosesAtOnceIsNotAnnounced) {
  for (int i = 0; i < 50; ++i) {
    TestPeer probe = server_.Connects();
    probe.FinishSending();
    EXPECT_TRUE(probe.closed());
    EXPECT_EQ(probe.Reads(), "");
  }
  server_.Pass(seconds(2));
  ana_.Say("lobby", "hi");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lobby #1"));
}

TEST_F(FirstWordsTest, ARefusedPeerThatSendsNothingIsClosedToo) {
  TestPeer probe = server_.Connects({.address = "10.0.0.9", .refused = true});
  probe.FinishSending();
  EXPECT_EQ(probe.Reads(), "");
  EXPECT_TRUE(probe.closed());
}

TEST_F(FirstWordsTest, ARawPeerThatShutsDownSendingLeavesAndGoesOnListening) {
  TestPeer raw = server_.Connects();
  server_.log().Hold();
  raw.Send("hi\n");
  raw.FinishSending();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby + guest-1 (guest)")) << "what it said is on its way";
  server_.log().Let();
  server_.Settle();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby #1 guest-1: hi", "lobby - guest-1 (left)"));
  ana_.Say("lobby", "hello");
  EXPECT_EQ(raw.Reads(), "Ana: hello\n");
  TestPeer other = server_.Connects();
  other.Send("raw \xFF\n");
  EXPECT_EQ(raw.Reads(), "raw \xFF\n");
  EXPECT_EQ(other.Reads(), "");
}

TEST_F(FirstWordsTest, AnUnfinishedBeginningIsDeliveredBeforeThePeerLeaves) {
  TestPeer raw = server_.Connects();
  raw.Send("GE");
  raw.FinishSending();
  EXPECT_THAT(ana_.Hears(),
              ElementsAre("lobby + guest-1 (guest)", "lobby #1 guest-1: GE", "lobby - guest-1 (left)"));
}

TEST_F(FirstWordsTest, AListenerThatNeverSpokeLeavesWhenItSendsItsEnd) {
  TestPeer raw = server_.Raw();
  raw.FinishSending();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lobby - guest-1 (left)"));
  ana_.Say("lobby", "still there?");
  EXPECT_EQ(raw.Reads(), "Ana: still there?\n");
}

TEST_F(FirstWordsTest, ASlowRawPeerLeavesAfterItsLastBytesAreRead) {
  ExchangeOptions options;
  options.rate = 0;
  options.queue_bytes = 10'000;
  TestServer server(options);
  TestPeer ana = server.LinesIn("lobby", "Ana");
  TestPeer raw = server.Raw();
  raw.StopReading();
  ana.Say("lobby", std::string(6'000, 'x'));
  raw.Send("not read yet");
  ana.Hears();
  raw.FinishSending();
  EXPECT_THAT(ana.Hears(), IsEmpty()) << "it has more to say";
  raw.StartReading();
  EXPECT_THAT(ana.Hears(), ElementsAre("lobby #2 guest-1: not read yet", "lobby - guest-1 (left)"));
}

TEST_F(FirstWordsTest, TheOldestListenerIsTheFirstToGo) {
  EXPECT_EQ(server_.exchange().OldestListener(), kNoPeer);
  TestPeer first = server_.Connects({.address = "10.0.0.2"});
  TestPeer second = server_.Connects({.address = "2001:db8::1"});
  second.Send("1\n").FinishSending();
  first.Send("2\n").FinishSending();
  EXPECT_EQ(server_.exchange().OldestListener(), second.index());
  EXPECT_EQ(server_.exchange().OldestListener("10.0.0.2"), first.index());
  EXPECT_EQ(server_.exchange().OldestListener("2001:db8::2"), second.index()) << "one network";
  EXPECT_EQ(server_.exchange().OldestListener("10.0.0.3"), kNoPeer);
  second.Vanish();
  EXPECT_EQ(server_.exchange().OldestListener(), first.index());
}

}  // namespace
}  // namespace parley::test
