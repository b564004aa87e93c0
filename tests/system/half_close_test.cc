// Peers that shut down their sending side, as `nc -N` and a program at the end of its input do.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/burner.h"
#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/tls_peer.h"

namespace parley::test {
namespace {

TEST(HalfClose, ARawPeerGoesOnListening) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("bye");
  raw.ShutdownSend();
  EXPECT_EQ(ana.NextEvent("message")["text"], "bye");
  ana.Settle();
  for (const char* text : {"one", "two"}) {
    ana.Say("lobby", text);
    EXPECT_EQ(raw.ReceiveThrough("\n"), "Ana: " + std::string(text) + "\n");
  }
}

TEST(HalfClose, ARawPeerIsNoLongerAMember) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("bye");
  raw.ShutdownSend();
  const Json member = ana.NextEvent("member_joined")["member"];
  EXPECT_EQ(ana.NextEvent("message")["text"], "bye");
  const Json left = ana.NextEvent("member_left");
  EXPECT_EQ(left["id"], member["id"].Text());
  EXPECT_EQ(left["reason"], "left");
  LinePeer ben(server.port(), "Ben");
  EXPECT_EQ(ben.Join("lobby")["count"], 2);
}

// A socket at its end is readable for ever.
TEST(HalfClose, ARawPeerThatOnlyListensCostsNothing) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("bye");
  raw.ShutdownSend();
  ana.NextEvent("message");
  const auto begin = server.ProcessorTime();
  Burner burner;
  RawPeer silent(server.port());
  ana.NextEvent("member_joined");  // a second later
  const auto used = server.ProcessorTime() - begin;
  EXPECT_LT(used, burner.Stop() / 2);
}

TEST(HalfClose, ARawPeerThatIsGoneThenIsFoundWhenItIsSpokenTo) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("bye");
  raw.ShutdownSend();
  ana.NextEvent("message");
  ana.NextEvent("member_left");
  const std::size_t descriptors = server.Descriptors();
  raw.Close();
  // The first bytes are answered by a reset, and the next write finds it.
  const Deadline deadline;
  while (server.Descriptors() >= descriptors && deadline.MillisecondsLeft() > 0) ana.Say("lobby", "one");
  EXPECT_LT(server.Descriptors(), descriptors);
  EXPECT_TRUE(ana.TakeEvents().empty()) << "it was nobody by then";
}

TEST(HalfClose, APeerThatSaysNothingAtAllAndShutsDownIsClosed) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.ShutdownSend();
  EXPECT_EQ(raw.ReceiveToEnd(), "");
  TlsPeer encrypted(server.tls_port());
  encrypted.SendLast("");
  EXPECT_EQ(encrypted.ReceiveToEnd(), "");
}

TEST(HalfClose, ProbesOfAHealthCheckNeverJoin) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  for (int i = 0; i < 50; ++i) {
    Process probe({"/usr/bin/env", "nc", "-z", "127.0.0.1", std::to_string(server.port())});
    EXPECT_EQ(probe.WaitForExit(), 0);
  }
  // Silent, and raw a second after all of them came.
  RawPeer listener(server.port());
  ana.NextEvent("member_joined");
  ana.Settle();
  EXPECT_TRUE(ana.TakeEvents().empty());
  EXPECT_EQ(LinePeer(server.port(), "Ben").Join("lobby")["count"], 3);
}

TEST(HalfClose, AnEchoIntoNcHearsTheAnswers) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  Process nc({"/bin/sh", "-c", "echo hi | nc -N 127.0.0.1 " + std::to_string(server.port())});
  EXPECT_EQ(ana.NextEvent("message")["text"], "hi");
  EXPECT_EQ(ana.NextEvent("member_left")["reason"], "left");
  ana.Say("lobby", "hello");
  EXPECT_EQ(nc.out().TakeLine(), "Ana: hello");
  EXPECT_EQ(server.Stop(), 0);
  EXPECT_EQ(nc.WaitForExit(), 0) << "it reads the end, too";
}

TEST(HalfClose, ABeginningOfARequestLineThatEndsThereIsRaw) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer raw(server.port());
  raw.Send("GET");
  raw.ShutdownSend();
  EXPECT_EQ(ana.NextEvent("message")["text"], "GET");
  ana.Say("lobby", "heard");
  EXPECT_EQ(raw.ReceiveThrough("\n"), "Ana: heard\n");
}

TEST(HalfClose, ALinesPeerGetsItsRepliesAndIsThenClosed) {
  ServerProcess server;
  LinePeer peer(server.port());
  peer.wire().Send(
      "{\"type\":\"hello\",\"protocol\":1,\"name\":\"Ana\",\"ref\":\"1\"}\n"
      "{\"type\":\"join\",\"room\":\"hall\",\"ref\":\"2\"}\n"
      "{\"type\":\"message\",\"room\":\"hall\",\"text\":\"hi\",\"ref\":\"3\"}\n"
      "{\"type\":\"ping\",\"ref\":\"4\"}\n");
  peer.wire().ShutdownSend();
  for (const char* type : {"welcome", "joined", "ok", "pong"}) EXPECT_EQ(peer.NextReply()["type"], type);
  EXPECT_EQ(peer.ReceiveLine(), "");
}

TEST(HalfClose, ALinesPeerThatIsPacedGetsAllItsRepliesToo) {
  ServerProcess server({"--rate", "20"});
  LinePeer peer(server.port(), "Ana");
  peer.Join("hall");
  for (int i = 0; i < 60; ++i) peer.Send("message", {{"room", "hall"}, {"text", "x"}});
  peer.wire().ShutdownSend();
  for (int i = 1; i <= 60; ++i) ASSERT_EQ(peer.NextReply()["seq"], i);
  EXPECT_EQ(peer.ReceiveLine(), "");
}

TEST(HalfClose, ALinesPeersUnfinishedLineIsNotAMessage) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("hall");
  LinePeer peer(server.port(), "Ana");
  peer.Join("hall");
  peer.wire().Send(Object("message", {{"room", "hall"}, {"text", "cut off"}}));
  peer.wire().ShutdownSend();
  EXPECT_EQ(witness.NextEvent("member_left")["id"], peer.id());
  EXPECT_EQ(witness.Say("hall", "first")["seq"], 1);
}

TEST(HalfClose, AnHttpPeerGetsItsAnswer) {
  ServerProcess server;
  RawPeer browser(server.port());
  browser.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  browser.ShutdownSend();
  EXPECT_TRUE(browser.ReceiveToEnd().starts_with("HTTP/1.1 "));
}

}  // namespace
}  // namespace parley::test
