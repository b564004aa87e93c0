// Attacks with connections alone: many, slow, broken or of people who never say a word. Others chat on
// meanwhile, and nothing of the attackers is left.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/support/attack.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/tls_peer.h"

namespace parley::test {
namespace {

constexpr std::size_t kAttackers = 300;

class AttackByConnections : public Attack {
 protected:
  // Whether the server has closed this connection.
  static bool IsClosed(RawPeer& peer) {
    try {
      return peer.HasMail() && peer.Receive().empty();
    } catch (const Failure&) {
      return true;  // by a reset
    }
  }
};

TEST_F(AttackByConnections, AFloodOfConnectsThatLeaveAtOnce) {
  for (std::size_t i = 0; i < 5'000; ++i) {
    const RawPeer peer(i % 2 == 0 ? server_.port() : server_.tls_port());
  }
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

TEST_F(AttackByConnections, AStormOfResets) {
  const std::string hello = Object("hello", {{"protocol", 1}, {"name", "storm"}}) + "\n";
  const std::vector<std::string> words = {"", "raw", hello, "GET / HTTP/1.1\r\nHo", "{", "\x16\x03\x01"};
  for (std::size_t i = 0; i < 3'000; ++i) {
    RawPeer peer(i % 2 == 0 ? server_.port() : server_.tls_port());
    peer.Send(words[i % words.size()]);
    peer.Reset();
  }
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

TEST_F(AttackByConnections, HundredsThatSendTheirEndAtOnceAndStay) {
  std::vector<RawPeer> peers;
  for (std::size_t i = 0; i < kAttackers; ++i) {
    RawPeer& peer = peers.emplace_back(i % 2 == 0 ? server_.port() : server_.tls_port());
    if (i % 3 == 0) peer.Send("half of");
    peer.ShutdownSend();
  }
  OthersTalkOn(32 * kMiB);
  peers.clear();
  NothingIsLeft();
}

// A byte now and then, and never the end of the head: limits::kHttpHead after its beginning it is over.
TEST_F(AttackByConnections, HundredsOfSlowHeadsAreClosedInTime) {
  std::vector<RawPeer> peers;
  for (std::size_t i = 0; i < kAttackers; ++i) {
    peers.emplace_back(server_.port()).Send("GET / HTTP/1.1\r\nHost: lab\r\n");
  }
  const auto begin = std::chrono::steady_clock::now();
  OthersTalkOn(32 * kMiB);
  const Deadline deadline;
  bool all_closed = false;
  while (!all_closed && deadline.MillisecondsLeft() > 0) {
    bystanders_.TalkOn(10);
    all_closed = true;
    for (RawPeer& peer : peers) {
      try {
        peer.Send("X");
        all_closed = false;
      } catch (const Failure&) {
        continue;  // closed
      }
    }
  }
  EXPECT_TRUE(all_closed);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, limits::kHttpHead / 2);
  peers.clear();
  NothingIsLeft();
}

TEST_F(AttackByConnections, HundredsOfHandshakesThatNeverEndAreClosedInTime) {
  std::vector<RawPeer> peers;
  for (std::size_t i = 0; i < kAttackers; ++i) {
    peers.emplace_back(server_.tls_port()).Send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  }
  OthersTalkOn(32 * kMiB);
  for (RawPeer& peer : peers) EXPECT_EQ(peer.ReceiveToEnd(), "");
  NothingIsLeft();
}

TEST_F(AttackByConnections, OfMoreHandshakesThanThereMayBeTheOldestGoesAndANewOneIsServed) {
  std::vector<RawPeer> peers;
  peers.reserve(limits::kHandshakes + 64);
  for (std::size_t i = 0; i < limits::kHandshakes + 64; ++i) peers.emplace_back(server_.tls_port());
  EXPECT_EQ(peers.front().ReceiveToEnd(), "");
  TlsPeer honest(server_.tls_port());
  honest.Send(Object("hello", {{"protocol", 1}, {"name", "Honest"}}) + "\n");
  EXPECT_NE(honest.ReceiveThrough("\n").find("welcome"), std::string::npos);
  EXPECT_FALSE(IsClosed(peers.back()));
  OthersTalkOn(128 * kMiB);
  peers.clear();
  honest.wire().Close();
  NothingIsLeft();
}

}  // namespace
}  // namespace parley::test
