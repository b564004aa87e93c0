// More peers than there is room for: by --max-peers, and by the descriptors of the process.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "tests/support/burner.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

// Ana and Ben in the lobby of a server that takes no more.
class MaxPeers : public testing::Test {
 protected:
  MaxPeers() {
    ana_.Join("lobby");
    ben_.Join("lobby");
    ana_.NextEvent("member_joined");
  }
  void ExpectChat() {
    EXPECT_EQ(Outcome(ana_.Say("lobby", "still here")), "ok");
    EXPECT_EQ(ben_.NextEvent("message")["text"], "still here");
  }

  ServerProcess server_{{"--max-peers", "2"}};
  LinePeer ana_{server_.port(), "Ana"};
  LinePeer ben_{server_.port(), "Ben"};
};

TEST_F(MaxPeers, AnotherLinesPeerGetsServerFullAndIsClosed) {
  LinePeer cam(server_.port());
  cam.SendLine(R"({"type":"hello","protocol":1,"name":"Cam"})");
  const Json error = Json::Parse(cam.ReceiveLine());
  EXPECT_EQ(error["type"], "error");
  EXPECT_EQ(error["code"], "server_full");
  EXPECT_EQ(cam.ReceiveLine(), "");
  ExpectChat();
}

TEST_F(MaxPeers, AnotherRawPeerGetsALineAndIsClosed) {
  RawPeer speaker(server_.port());
  RawPeer silent(server_.port());
  speaker.Send("let me in");
  for (RawPeer* peer : {&speaker, &silent}) {
    const std::string answer = peer->ReceiveToEnd();
    EXPECT_GT(answer.size(), 1U);
    EXPECT_EQ(answer.find('\n'), answer.size() - 1) << answer;
  }
  ana_.Settle();
  EXPECT_TRUE(ana_.TakeEvents().empty()) << "nobody came, and nobody was heard";
  ExpectChat();
}

TEST_F(MaxPeers, AStormOfOthersIsRefusedWhileThoseInsideChatOn) {
  std::vector<RawPeer> storm;
  for (int i = 0; i < 300; ++i) {
    storm.emplace_back(server_.port());
    if (i % 50 == 0) ExpectChat();
  }
  for (RawPeer& peer : storm) peer.ReceiveToEnd();
  ExpectChat();
}

TEST_F(MaxPeers, AFreedPlaceIsGivenAway) {
  ben_.wire().Close();
  ana_.NextEvent("member_left");
  LinePeer cam(server_.port());
  EXPECT_EQ(Outcome(cam.Hello("Cam")), "welcome");
}

TEST_F(MaxPeers, AListenerIsClosedForANewPeer) {
  ben_.wire().Close();
  ana_.NextEvent("member_left");
  RawPeer listener(server_.port());
  listener.Send("bye");
  listener.ShutdownSend();
  ana_.NextEvent("member_left");
  LinePeer cam(server_.port());
  EXPECT_EQ(Outcome(cam.Hello("Cam")), "welcome");
  EXPECT_EQ(listener.ReceiveToEnd(), "");
}

// Sets how many descriptors a running server may have; returns what it was before.
rlim_t LimitDescriptors(ServerProcess& server, rlim_t count) {
  rlimit before{};
  EXPECT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit limit{count, before.rlim_max};
  EXPECT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
  return before.rlim_cur;
}

// How many of the events say that somebody came.
std::size_t Comings(const std::deque<Json>& events) {
  return static_cast<std::size_t>(
      std::ranges::count_if(events, [](const Json& event) { return event["type"] == "member_joined"; }));
}

TEST(OutOfDescriptors, TheServerDoesNotSpinAndThoseInsideChatOn) {
  ServerProcess server({"--max-peers", "1000", "--rate", "1"});
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("lobby");
  ben.Join("lobby");
  LimitDescriptors(server, 12);  // a few more than it has open
  std::vector<RawPeer> waiting;
  for (int i = 0; i < 40; ++i) waiting.emplace_back(server.port());
  ana.Settle();
  const auto begin = server.ProcessorTime();
  Burner burner;
  for (int i = 0; i < 4; ++i) ana.Send("message", {{"room", "lobby"}, {"text", "still here"}});
  for (int i = 1; i <= 4; ++i) {  // two at once, each of the others a second later
    ASSERT_EQ(ana.NextReply()["seq"], i);
    ASSERT_EQ(ben.NextEvent("message")["seq"], i);
  }
  const auto used = server.ProcessorTime() - begin;
  EXPECT_LT(used, burner.Stop() / 2);
  EXPECT_LT(Comings(ana.TakeEvents()), waiting.size()) << "there was room for all";
}

TEST(OutOfDescriptors, ThoseWhoWaitAreLetInOnceThereIsRoom) {
  ServerProcess server({"--max-peers", "1000"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  const rlim_t before = LimitDescriptors(server, 10);
  std::vector<RawPeer> waiting;
  for (int i = 0; i < 20; ++i) waiting.emplace_back(server.port());
  ana.Settle();
  LimitDescriptors(server, before);
  for (int i = 0; i < 20; ++i) ana.NextEvent("member_joined");
  ana.Say("lobby", "welcome");
  for (RawPeer& peer : waiting) EXPECT_EQ(peer.ReceiveThrough("\n"), "Ana: welcome\n");
}

// Sixty-four descriptors, and more `echo hi | nc` than that which are listening still.
TEST(OutOfDescriptors, FullOfListenersItRecoversAtOnce) {
  ServerProcess server({"--max-peers", "1000", "--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  LimitDescriptors(server, 64);
  std::vector<RawPeer> listeners;
  for (int i = 0; i < 100; ++i) {
    RawPeer& peer = listeners.emplace_back(server.port());
    peer.Send("hi\n");
    peer.ShutdownSend();
  }
  for (int i = 0; i < 100; ++i) ana.NextEvent("member_left");
  for (int i = 0; i < 10; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    LinePeer ben(server.port(), "Ben");
    EXPECT_EQ(Outcome(ben.Join("lobby")), "joined");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    ben.wire().Close();
    ana.NextEvent("member_left");
  }
  listeners.front().ReceiveToEnd();  // what others said while it was there
}

}  // namespace
}  // namespace parley::test
