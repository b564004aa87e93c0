// Peers that come and go all the time: nobody gets what was meant for one who had its place before.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

class Churn : public testing::Test {
 protected:
  Churn() {
    steady_.Join("hall");
    steady_.Join("lobby");
  }

  ServerProcess server_{{"--rate", "0"}};
  LinePeer steady_{server_.port(), "steady"};
};

TEST_F(Churn, ANewcomersFirstLineIsItsOwnWelcome) {
  for (int i = 0; i < 200; ++i) {
    const std::string name = "peer " + std::to_string(i);
    LinePeer brief(server_.port());
    brief.SendLine(Object("hello", {{"protocol", 1}, {"name", name}}) + "\n" +
                   Object("join", {{"room", "hall"}}) + "\n" +
                   Object("message", {{"room", "hall"}, {"text", name}}));
    EXPECT_EQ(Json::Parse(brief.ReceiveLine())["name"], name);
    steady_.Say("hall", "to whoever is there");
    if (i % 2 == 0) brief.wire().Reset();
  }
}

TEST_F(Churn, AMemberWhoStaysSeesEverythingInOrder) {
  std::vector<LinePeer> crowd;
  std::int64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "peer " + std::to_string(i);
    crowd.emplace_back(server_.port(), name).Join("hall");
    crowd.back().Say("hall", name);
    if (crowd.size() > 5) crowd.erase(crowd.begin() + i % 5);
    const Json message = steady_.NextEvent("message");
    ASSERT_EQ(message["seq"], ++last);
    ASSERT_EQ(message["text"], name);
    ASSERT_EQ(message["from"]["name"], name);
  }
}

TEST_F(Churn, EachIsSeenToComeAndToGoOnce) {
  for (int i = 0; i < 100; ++i) {
    LinePeer brief(server_.port(), "brief");
    brief.Join("hall");
    const std::string id = brief.id();
    brief.wire().Reset();
    const Json coming = steady_.NextEvent();
    ASSERT_EQ(coming["type"], "member_joined");
    ASSERT_EQ(coming["member"]["id"], id);
    const Json going = steady_.NextEvent();
    ASSERT_EQ(going["type"], "member_left");
    ASSERT_EQ(going["id"], id);
  }
}

TEST_F(Churn, RawPeersThatVanishInTheMiddleOfABroadcastHarmNobody) {
  RawPeer listener(server_.port());
  listener.Send("x");
  steady_.NextEvent("message");
  for (int i = 0; i < 100; ++i) {
    RawPeer brief(server_.port());
    brief.Send("hi");
    EXPECT_EQ(listener.ReceiveExactly(2), "hi");
    steady_.Send("message", {{"room", "lobby"}, {"text", "a"}});
    brief.Reset();
    EXPECT_EQ(listener.ReceiveThrough("\n"), "steady: a\n");
  }
}

}  // namespace
}  // namespace parley::test
