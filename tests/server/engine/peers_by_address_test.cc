#include "server/engine/peers_by_address.h"

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"
#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Place = PeersByAddress::Place;

TEST(PeersByAddressTest, PeersBeyondTheLimitAreRefusedAndLaterOnesNotCounted) {
  PeersByAddress peers(2);
  EXPECT_EQ(peers.Enter("192.0.2.1"), Place::kFree);
  EXPECT_EQ(peers.Enter("192.0.2.1"), Place::kFree);
  for (std::size_t i = 0; i < limits::kRefusalsPerAddress; ++i) {
    EXPECT_EQ(peers.Enter("192.0.2.1"), Place::kRefused);
  }
  EXPECT_EQ(peers.Enter("192.0.2.1"), Place::kNone);
}

TEST(PeersByAddressTest, AnotherAddressIsAnotherMatter) {
  PeersByAddress peers(1);
  peers.Enter("192.0.2.1");
  EXPECT_EQ(peers.Enter("192.0.2.2"), Place::kFree);
  EXPECT_EQ(peers.Enter("2001:db8::1"), Place::kFree);
}

TEST(PeersByAddressTest, ANetworkOf64BitsIsOneAddressOfIPv6) {
  PeersByAddress peers(1);
  peers.Enter("2001:db8::1");
  EXPECT_EQ(peers.Enter("2001:db8::ffff:2"), Place::kRefused);
  EXPECT_EQ(peers.Enter("2001:db8:0:1::1"), Place::kFree);
}

TEST(PeersByAddressTest, APeerThatLeavesFreesItsPlaceAndAnAddressWithoutPeersIsForgotten) {
  PeersByAddress peers(1);
  peers.Enter("192.0.2.1");
  peers.Leave("192.0.2.1");
  EXPECT_EQ(peers.size(), 0U);
  EXPECT_EQ(peers.Enter("192.0.2.1"), Place::kFree);
}

TEST(PeersByAddressTest, ZeroMeansNoLimit) {
  PeersByAddress peers(0);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(peers.Enter("192.0.2.1"), Place::kFree);
  peers.Leave("192.0.2.1");
  EXPECT_EQ(peers.size(), 0U);
}

// --- Told so ---

TEST(CrowdedTest, LinesAreToldServerFullAndWhy) {
  TestServer server;
  TestPeer peer = server.Connects({.address = "192.0.2.1", .crowded = true});
  peer.Hello("Ben");
  EXPECT_THAT(peer.Reads(), AllOf(HasSubstr("server_full"), HasSubstr("Your address has too many")));
  EXPECT_TRUE(peer.closed());
}

TEST(CrowdedTest, HttpIsToldInAResponse) {
  TestServer server;
  TestPeer peer = server.Connects({.address = "192.0.2.1", .crowded = true});
  peer.Send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n");
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(peer.closed());
}

// --- Behind a proxy: by the address that it names, once a connection is one browser's ---

class ForwardedTest : public testing::Test {
 protected:
  ForwardedTest() {
    server_.exchange().http().set_settings({.proxy = true,
                                            .https_port = 0,
                                            .ca_certificate = {},
                                            .fingerprint = {},
                                            .metrics = {},
                                            .opens_metrics = {}});
  }
  // A browser's WebSocket; returns the status line of the answer.
  std::string Upgrades(TestPeer& peer, const std::string& address) {
    peer.Send("GET /ws HTTP/1.1\r\nHost: lab\r\nX-Forwarded-For: " + address +
              "\r\nX-Forwarded-Proto: https\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    return peer.Reads().substr(0, 12);
  }
  TestPeer Connects() { return server_.Connects({.address = "127.0.0.1", .loopback = true}); }

  static ExchangeOptions Options() {
    ExchangeOptions options;
    options.proxy = true;
    options.peers_per_address = 1;
    return options;
  }

  TestServer server_{Options()};
};

TEST_F(ForwardedTest, OneOverTheLimitGetsNoWebSocketAndOthersDo) {
  TestPeer first = Connects();
  TestPeer second = Connects();
  TestPeer other = Connects();
  EXPECT_EQ(Upgrades(first, "192.0.2.1"), "HTTP/1.1 101");
  EXPECT_EQ(Upgrades(second, "198.51.100.7, 192.0.2.1"), "HTTP/1.1 503");
  EXPECT_TRUE(second.closed());
  EXPECT_EQ(Upgrades(other, "192.0.2.2"), "HTTP/1.1 101");
}

TEST_F(ForwardedTest, APeerThatLeavesFreesItsPlace) {
  TestPeer first = Connects();
  EXPECT_EQ(Upgrades(first, "192.0.2.1"), "HTTP/1.1 101");
  first.Vanish();
  EXPECT_EQ(server_.exchange().by_address().size(), 0U);
  TestPeer second = Connects();
  EXPECT_EQ(Upgrades(second, "192.0.2.1"), "HTTP/1.1 101");
}

TEST_F(ForwardedTest, ManyOverTheLimitAreRefusedAndForgotten) {
  TestPeer first = Connects();
  Upgrades(first, "192.0.2.1");
  for (int i = 0; i < 20; ++i) {
    TestPeer next = Connects();
    ASSERT_EQ(Upgrades(next, "192.0.2.1"), "HTTP/1.1 503");
  }
  first.Vanish();
  EXPECT_EQ(server_.exchange().by_address().size(), 0U);
}

}  // namespace
}  // namespace parley::test
