// Raw peers: what comes too late to be another dialect, and Telnet.

#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "tests/server/dialect/session_peer.h"

namespace parley {
namespace {

using Peer = SessionPeer;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(TooLateTest, AHelloIsOneAtAnyTime) {
  Peer peer;
  peer.DecideRaw();
  peer.Receive("hello\n");
  peer.Receive("\xEF\xBB\xBF {\"type\":\"hello\",\"user\":\"ana\",\"password\":\"x\"}\n");
  EXPECT_THAT(peer.notes(), ElementsAre("too late 2"));
  EXPECT_EQ(peer.outcome().bytes, "hello\n");
}

TEST(TooLateTest, OtherOpeningsAreInTheFirstWords) {
  for (const char* opening : {"GET / HTTP/1.1\r\n", "PROPFIND /a HTTP/1.1", "\r\nGET / HTTP/1.0\n"}) {
    Peer peer;
    peer.DecideRaw();
    peer.Receive("\n");
    peer.Receive("\xFF\xFB\x1F");
    peer.Receive(opening);
    EXPECT_THAT(peer.notes(), ElementsAre("too late 3")) << opening;
  }
  for (const char* opening : {"SSH-2.0-x\r\n", "PASS secret\r\n", "\x16\x03\x01", "\xFF\xFB\x1FPASS x\r\n"}) {
    Peer peer;
    peer.DecideRaw();
    peer.Receive(opening);
    EXPECT_THAT(peer.notes(), ElementsAre("too late 5")) << opening;
  }
}

TEST(TooLateTest, LaterOpeningsAreText) {
  for (const char* text : {"GET / HTTP/1.1\r\n", "PASS secret\r\n", "\x16\x03"}) {
    Peer peer;
    peer.DecideRaw();
    peer.Receive("look:\n");
    peer.Receive(text);
    EXPECT_THAT(peer.notes(), IsEmpty()) << text;
    EXPECT_EQ(peer.outcome().bytes, "look:\n" + std::string(text));
  }
}

TEST(TooLateTest, ARequestLineWithoutItsNewlineIsHttpInTheEnd) {
  Peer peer;
  peer.Receive("GET / HTTP/1.1");
  peer.DecideRaw();
  EXPECT_EQ(peer.session().dialect(), Dialect::kHttp);
  EXPECT_EQ(peer.outcome().bytes, "");
}

// --- Telnet ---

class TelnetSessionTest : public testing::Test {
 protected:
  TelnetSessionTest() { peer_.DecideRaw(); }
  Peer peer_;
};

TEST_F(TelnetSessionTest, CommandsAreTakenOutAndAnswered) {
  peer_.Receive("\xFF\xF4\xFF\xFD\x06");
  EXPECT_EQ(peer_.outcome().bytes, "");
  EXPECT_THAT(peer_.outcome().texts, IsEmpty());
  EXPECT_EQ(peer_.outcome().replies, "\xFF\xFC\x06");
  peer_.Receive(std::string_view("howdy\r\0\xFF\xFB\x1F", 10));
  EXPECT_EQ(peer_.outcome().bytes, "howdy\n");
  EXPECT_THAT(peer_.outcome().texts, ElementsAre("howdy"));
}

TEST_F(TelnetSessionTest, EveryOtherReadKeepsItsBytes) {
  const std::string read("howdy\r\0", 7);
  peer_.Receive(read);
  peer_.Receive("a\xFF\xF4z");
  EXPECT_EQ(peer_.outcome().bytes, read + "a\xFF\xF4z");
  EXPECT_THAT(peer_.outcome().texts, ElementsAre("howdy", "a\uFFFD\uFFFDz")) << "in a text it is a newline";
}

TEST_F(TelnetSessionTest, ACommandThatIsCutWaitsForItsRest) {
  peer_.Receive("\xFF\xF1");
  peer_.Receive("hi\r\n\xFF\xFD");
  EXPECT_EQ(peer_.outcome().bytes, "");
  peer_.Receive("\x06");
  EXPECT_EQ(peer_.outcome().bytes, "hi\r\n");
  EXPECT_EQ(peer_.outcome().replies, "\xFF\xFC\x06");
  peer_.Receive("bye\xFF");
  peer_.End();
  EXPECT_EQ(peer_.outcome().bytes, "hi\r\nbye\xFF") << "nothing is lost where it never comes";
}

TEST_F(TelnetSessionTest, APartialCommandIsNotHeldBackWithoutEarlierTelnet) {
  peer_.Receive("hi\xFF");
  EXPECT_EQ(peer_.outcome().bytes, "hi\xFF") << "bytes are not held back";
}

}  // namespace
}  // namespace parley
