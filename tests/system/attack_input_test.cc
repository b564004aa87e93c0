// Attacks by what is sent: garbage at every door, JSON that is too deep or too large, frames and heads that
// mean something else to somebody else, control characters for the terminals of others.

#include <gmock/gmock.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/attack.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/tls_peer.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kText = 0x81;
constexpr int kCompressed = 0x40;
constexpr int kClose = 0x88;

class AttackByInput : public Attack {
 protected:
  AttackByInput() : Attack({"--rate", "0"}) {}
  WebPeer Upgraded(std::string_view fields = "") {
    WebPeer web{TlsPeer(server_.tls_port())};
    EXPECT_EQ(web.Upgrade("localhost", fields).status, 101);
    return web;
  }
};

std::string Garbage(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST_F(AttackByInput, GarbageAtEveryDoor) {
  std::mt19937 random(7);  // NOLINT: the same in each run
  const std::vector<std::string> beginnings = {"",
                                               "{",
                                               "GET /",
                                               "GET /ws HTTP/1.1\r\nHost: localhost\r\n",
                                               "{\"type\":\"hello\",",
                                               std::string("\x16\x03\x01\x02\x00", 5)};
  for (std::size_t i = 0; i < 600; ++i) {
    const std::string bytes = beginnings[i % beginnings.size()] + Garbage(random, 1 + random() % 4'000);
    try {
      if (i % 3 == 0) {
        RawPeer(server_.tls_port()).Send(bytes);
      } else if (i % 3 == 1) {
        RawPeer(server_.port()).Send(bytes);
      } else {
        TlsPeer(server_.tls_port()).Send(bytes);
      }
    } catch (const Failure&) {
      continue;  // closed in the middle of it
    }
  }
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

TEST_F(AttackByInput, DeepJsonIsRefusedAndCostsNoStack) {
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string deep;
    while (deep.size() < 60'000) deep += open;
    LinePeer peer(server_.port(), "deep");
    peer.SendLine(R"({"type":"signal","room":"x","to":"y","data":)" + deep);
    EXPECT_THAT(peer.ReceiveLine(), HasSubstr("bad_json"));
    EXPECT_EQ(peer.ReceiveLine(), "");
  }
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

TEST_F(AttackByInput, ALineWithoutAnEndIsRefusedAtItsLimit) {
  std::vector<LinePeer> peers;
  for (int i = 0; i < 100; ++i) {
    LinePeer& peer = peers.emplace_back(server_.port(), "huge " + std::to_string(i));
    peer.wire().Send(R"({"type":"message","room":"x","text":")" + std::string(70'000, 'x'));
    EXPECT_THAT(peer.ReceiveLine(), HasSubstr("too_large"));
  }
  OthersTalkOn(64 * kMiB);
  peers.clear();
  NothingIsLeft();
}

// It is offered, and not taken: a frame that says that it is compressed breaks the rules, whatever is in it.
TEST_F(AttackByInput, CompressedFramesAreRefused) {
  WebPeer offering{TlsPeer(server_.tls_port())};
  const auto answer = offering.Upgrade("localhost", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.Field("Sec-WebSocket-Extensions"), "");
  // A megabyte of zeros, as deflate has it, would be some such bytes.
  offering.SendFrame(kText | kCompressed, std::string(1'000, '\xAA'));
  const auto frame = offering.NextFrame();
  EXPECT_EQ(frame.first, kClose);
  EXPECT_EQ(frame.payload.substr(0, 2), ClosePayload(1002));
  offering.SendFrame(kClose, ClosePayload(1002));
  EXPECT_EQ(offering.ReceiveToEnd(), "");
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

// Whatever stands in a request: no line of the answer is the asker's.
TEST_F(AttackByInput, NothingOfARequestBecomesALineOfTheAnswersHead) {
  for (const std::string target :
       {"/room/a%0d%0aSet-Cookie:%20evil=1", "/%0d%0aSet-Cookie:%20evil=1", "/room/a?x=%0aSet-Cookie:evil"}) {
    for (const bool tls : {true, false}) {
      const std::uint16_t port = tls ? server_.tls_port() : server_.port();
      WebPeer web = tls ? WebPeer{TlsPeer(port)} : WebPeer(port);
      const auto answer = web.Get(target, "localhost", "Connection: close\r\n");
      EXPECT_EQ(answer.Field("Set-Cookie"), "") << target;
      EXPECT_THAT(answer.head, Not(HasSubstr("\nSet-Cookie"))) << target;
    }
  }
  OthersTalkOn(32 * kMiB);
  NothingIsLeft();
}

// Texts go to others as they are, and each shows them in its own way; the server's terminal sees none.
TEST_F(AttackByInput, ControlCharactersReachNoLogAndLeaveOnlyEscaped) {
  const std::string evil = R"(\u001b]0;evil\u0007\u001b[2J<img src=x onerror=alert(1)>)";
  LinePeer ana(server_.port(), "Ana");
  ana.Join("x");
  LinePeer eve(server_.port());
  eve.SendLine(R"({"type":"hello","protocol":1,"name":"E\u001b[2Jve"})");
  EXPECT_THAT(eve.ReceiveLine(), HasSubstr("name_invalid"));
  eve.Hello("Eve");
  eve.SendLine(R"({"type":"join","room":"x\u001b[2J"})");
  EXPECT_THAT(eve.ReceiveLine(), HasSubstr("room_invalid"));
  eve.Join("x");
  eve.SendLine(R"({"type":"message","room":"x","text":")" + evil + "\"}");
  const Json heard = ana.NextEvent("message");
  EXPECT_EQ(heard["text"], "\x1b]0;evil\x07\x1b[2J<img src=x onerror=alert(1)>");
  EXPECT_THAT(heard.raw(), Not(HasSubstr("\x1b"))) << "in JSON it is written as an escape";
  OthersTalkOn(32 * kMiB);
  ana.wire().Close();
  eve.wire().Close();
  NothingIsLeft();
  EXPECT_THAT(server_.process().err().TakeAll(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace parley::test
