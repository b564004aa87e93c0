// Telnet clients: what they say, and what Ctrl-C sends.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

using std::string_literals::operator""s;

class Telnet : public testing::Test {
 protected:
  Telnet() { ana_.Join("lobby"); }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana"};
};

TEST_F(Telnet, CtrlCIsAnsweredAndReachesNobody) {
  RawPeer telnet(server_.port());
  telnet.Send("hi\r\n");
  EXPECT_EQ(ana_.NextEvent("message")["text"], "hi");
  telnet.Send("\xFF\xF4\xFF\xFD\x06");
  EXPECT_EQ(telnet.ReceiveExactly(3), "\xFF\xFC\x06");
  ana_.Settle();
  EXPECT_TRUE(ana_.TakeEvents().empty());
}

TEST_F(Telnet, ReturnIsANewlineAndEveryOtherReadKeepsItsBytes) {
  RawPeer listener(server_.port());
  listener.Send("x");
  ana_.NextEvent("message");
  RawPeer telnet(server_.port());
  telnet.Send("howdy\r\0"s);
  EXPECT_EQ(ana_.NextEvent("message")["text"], "howdy");
  EXPECT_EQ(listener.ReceiveExactly(7), "howdy\r\0"s);
  telnet.Send("again\r\0\xFF\xFB\x1F"s);
  EXPECT_EQ(ana_.NextEvent("message")["text"], "again");
  EXPECT_EQ(listener.ReceiveExactly(6), "again\n");
  EXPECT_EQ(telnet.ReceiveExactly(3), "\xFF\xFE\x1F");
}

// The real one: it stops all output until its timing mark is answered.
TEST_F(Telnet, TheProgramGoesOnAfterCtrlC) {
  Screen screen({"/usr/bin/env", "telnet", "127.0.0.1", std::to_string(server_.port())}, {});
  screen.WaitForLine("Escape character");
  screen.Enter("howdy");
  EXPECT_EQ(ana_.NextEvent("message")["text"], "howdy");
  screen.Press({"C-c"});
  screen.Enter("after");
  EXPECT_EQ(ana_.NextEvent("message")["text"], "after");
  ana_.Say("lobby", "still here");
  screen.WaitForLine("Ana: still here");
}

}  // namespace
}  // namespace parley::test
