// Who comes from one address, and from another, at the real server: --max-per-address does not count
// loopback, so this runs in a network of its own (tests/browser/in_private_network), where addresses can be
// added.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

constexpr auto* kCrowd = "10.77.0.1";
constexpr auto* kOther = "10.77.0.2";

class OneAddress : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Process ip({"/usr/bin/env", "ip", "addr", "add", std::string(kOther) + "/24", "dev", "v0"});
    if (ip.WaitForExit() != 0) throw Failure("ip: " + ip.err().TakeAll());
  }
  static RawPeer::Options From(const char* address) { return {.source = address, .server = address}; }
  LinePeer Comes(const char* address, const std::string& name) {
    return {server_.port(), name, From(address)};
  }

  ServerProcess server_{{"--plain", "[::]:0", "--max-per-address", "3"}};
};

TEST_F(OneAddress, OneAddressGetsItsShareOnlyAndOthersCanConnect) {
  std::vector<LinePeer> crowd;
  for (int i = 0; i < 3; ++i) crowd.push_back(Comes(kCrowd, "Crowd-" + std::to_string(i)));
  LinePeer more(server_.port(), From(kCrowd));
  more.SendLine(R"({"type":"hello","protocol":1,"name":"Crowd-3"})");
  EXPECT_EQ(Json::Parse(more.ReceiveLine())["code"], "server_full");
  EXPECT_EQ(more.ReceiveLine(), "");
  WebPeer browser(server_.port(), From(kCrowd));
  EXPECT_EQ(browser.Get("/", "lab").status, 503);

  LinePeer other = Comes(kOther, "Other");
  EXPECT_EQ(Outcome(other.Join("lab")), "joined");
  for (LinePeer& one : crowd) EXPECT_EQ(Outcome(one.Join("lab")), "joined");
}

TEST_F(OneAddress, AFreedConnectionIsItsOwnAgain) {
  std::vector<LinePeer> crowd;
  for (int i = 0; i < 3; ++i) crowd.push_back(Comes(kCrowd, "Crowd-" + std::to_string(i)));
  LinePeer other = Comes(kOther, "Other");
  other.Join("lab");
  crowd[0].Join("lab");
  crowd[0].wire().Close();
  other.NextEvent("member_left");
  EXPECT_EQ(Comes(kCrowd, "Crowd-3").name(), "Crowd-3");
}

TEST_F(OneAddress, AFloodFromItIsClosedAndOthersTalkOn) {
  LinePeer ana = Comes(kOther, "Ana");
  LinePeer ben(server_.port(), "Ben");
  ana.Join("lab");
  ben.Join("lab");
  std::vector<RawPeer> flood;
  for (int i = 0; i < 500; ++i) {
    flood.emplace_back(server_.port(), From(kCrowd));
    if (i % 50 != 0) continue;
    EXPECT_EQ(Outcome(ana.Say("lab", std::to_string(i))), "ok");
    EXPECT_EQ(ben.NextEvent("message")["text"], std::to_string(i));
  }
  for (std::size_t i = 3; i < flood.size(); ++i) flood[i].ReceiveToEnd();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_FALSE(flood[i].HasMail()) << "it is only silent";
}

TEST_F(OneAddress, AnAddressFullOfListenersHasRoomForMore) {
  LinePeer ana = Comes(kOther, "Ana");
  ana.Join("lobby");
  std::vector<RawPeer> listeners;
  for (int i = 0; i < 3; ++i) {
    RawPeer& peer = listeners.emplace_back(server_.port(), From(kCrowd));
    peer.Send("hi\n");
    peer.ShutdownSend();
    ana.NextEvent("member_left");
  }
  LinePeer other(server_.port(), "Local");
  EXPECT_EQ(Comes(kCrowd, "Crowd").name(), "Crowd");
  EXPECT_EQ(listeners[0].ReceiveToEnd(), "hi\nhi\n");
  ana.Say("lobby", "hello");
  EXPECT_EQ(listeners[1].ReceiveThrough("hello\n"), "hi\nAna: hello\n") << "one place was needed";
}

TEST_F(OneAddress, LoopbackIsNotCounted) {
  std::vector<LinePeer> many;
  for (int i = 0; i < 10; ++i) many.emplace_back(server_.port(), "Local-" + std::to_string(i));
  EXPECT_EQ(Outcome(many.back().Join("lab")), "joined");
}

}  // namespace
}  // namespace parley::test
