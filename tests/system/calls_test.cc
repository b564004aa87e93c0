// Calls through the server: an offer of a browser is answered, and the options say when.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/framing.h"
#include "common/codec/ice_stun.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/tls_peer.h"

namespace parley::test {
namespace {

using testing::HasSubstr;

// What Chromium offers, as data of a signal.
std::string Offer() {
  std::ifstream file(PARLEY_VECTORS "/sdp/offer-chromium.sdp", std::ios::binary);
  std::string data = R"({"description":{"type":"offer","sdp":")";
  for (std::istreambuf_iterator<char> c(file), end; c != end; ++c) {
    if (*c == '\r') data += "\\r";
    if (*c == '\n') data += "\\n";
    if (*c != '\r' && *c != '\n') data += *c;
  }
  return data + "\"}}";
}

Json Signal(LinePeer& peer, const std::string& data) {
  return peer.Ask("signal", {{"room", "hall"}, {"to", "sfu"}, {"data", Verbatim{data}}});
}

bool Offers(const Json& features, std::string_view feature) {
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i] == feature) return true;
  }
  return false;
}

Json TakePart(LinePeer& peer) {
  return peer.Ask("state", {{"room", "hall"}, {"call", true}, {"audio", true}});
}

// The next one from the server itself.
Json NextFromSfu(LinePeer& peer) {
  for (;;) {
    Json event = peer.NextEvent("signal");
    if (event["from"] == "sfu") return event;
  }
}

TEST(Calls, AFourthInTheCallMovesItToTheServerWhichAnswersOffers) {
  ServerProcess server;
  std::vector<std::unique_ptr<LinePeer>> peers;
  for (const char* name : {"Ana", "Ben", "Cyn", "Dan"}) {
    peers.push_back(std::make_unique<LinePeer>(server.port(), name));
    EXPECT_EQ(peers.back()->Join("hall")["media"], "mesh");
    EXPECT_EQ(Outcome(TakePart(*peers.back())), "ok");
  }
  LinePeer& ana = *peers.front();
  for (;;) {
    const Json changed = ana.NextEvent("room_changed");
    if (!changed.Has("media")) continue;
    EXPECT_EQ(changed["media"], "sfu");
    break;
  }
  ASSERT_EQ(Outcome(Signal(ana, Offer())), "ok");
  const Json answer = NextFromSfu(ana)["data"]["description"];
  EXPECT_EQ(answer["type"], "answer");
  const std::string sdp = answer["sdp"].Text();
  EXPECT_THAT(sdp, HasSubstr("a=ice-lite\r\n"));
  EXPECT_THAT(sdp, HasSubstr(" 127.0.0.1 " + std::to_string(server.tls_port()) + " typ host"));
  LinePeer newcomer(server.port(), "Eva");
  EXPECT_EQ(newcomer.Join("hall")["media"], "sfu");
}

TEST(Calls, AnOfferWithoutACodecOfOursIsRefusedWithTheReason) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  TakePart(ana);
  const std::string sdp = R"(v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 AV1/90000\r\n)";
  const Json reply = Signal(ana, R"({"description":{"type":"offer","sdp":")" + sdp + "\"}}");
  EXPECT_EQ(Outcome(reply), "bad_message");
  EXPECT_THAT(reply["text"].Text(), HasSubstr("no section has Opus or VP8"));
  LinePeer newcomer(server.port(), "Eva");
  EXPECT_EQ(newcomer.Join("hall")["media"], "mesh") << "nothing has moved";
}

TEST(Calls, TheAddressAndThePortOfTheAnswerCanBeChosen) {
  ServerProcess server({"--media", "sfu", "--media-address", "192.0.2.7"});
  LinePeer ana(server.port());
  EXPECT_TRUE(Offers(ana.Hello("Ana")["features"], "sfu"));
  EXPECT_EQ(ana.Join("hall")["media"], "sfu");
  TakePart(ana);
  ASSERT_EQ(Outcome(Signal(ana, Offer())), "ok");
  EXPECT_THAT(NextFromSfu(ana)["data"]["description"]["sdp"].Text(), HasSubstr(" 192.0.2.7 "));
}

// Where UDP is blocked, pages send media to the TLS door.
TEST(Calls, MediaOnTcpComesThroughTheTlsDoor) {
  ServerProcess server({"--media", "sfu"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  TakePart(ana);
  ASSERT_EQ(Outcome(Signal(ana, Offer())), "ok");
  const std::string sdp = NextFromSfu(ana)["data"]["description"]["sdp"].Text();
  EXPECT_THAT(sdp,
              HasSubstr(" 127.0.0.1 " + std::to_string(server.tls_port()) + " typ host tcptype passive"));
  const auto value = [&](const std::string& name) {
    const std::size_t at = sdp.find(name) + name.size();
    return sdp.substr(at, sdp.find('\r', at) - at);
  };
  const std::string ufrag = value("a=ice-ufrag:");
  const std::string password = value("a=ice-pwd:");
  IceCheck check;
  check.transaction = "transaction!";
  check.to_ufrag = ufrag;
  check.from_ufrag = "taOM";  // of the offer
  check.role = IceCheck::Role::kControlling;
  std::string framed;
  AppendFramedPacket(framed, IceCheckRequest(check, password));
  RawPeer page(server.tls_port());
  page.Send(framed.substr(0, 1));
  page.Send(framed.substr(1));
  const std::string size = page.ReceiveExactly(2);
  ASSERT_EQ(size.size(), 2U);
  const auto bytes = static_cast<std::size_t>(static_cast<unsigned char>(size[0]) << 8U |
                                              static_cast<unsigned char>(size[1]));
  const auto reply = ReadIceReply(page.ReceiveExactly(bytes), check.transaction, password);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->success);
  // The door goes on with TLS.
  TlsPeer browser(server.tls_port());
}

TEST(Calls, AMeshServerRefusesOffers) {
  ServerProcess server({"--media", "mesh"});
  LinePeer ana(server.port());
  EXPECT_FALSE(Offers(ana.Hello("Ana")["features"], "sfu"));
  ana.Join("hall");
  TakePart(ana);
  EXPECT_EQ(Outcome(Signal(ana, Offer())), "forbidden");
}

TEST(Calls, APageThatComesBackKeepsItsConnection) {
  ServerProcess server({"--media", "sfu"});
  LinePeer ben(server.port(), "Ben");
  ben.Join("hall");
  TakePart(ben);
  std::string token;
  std::string first;
  {
    LinePeer ana(server.port(), "Ana");
    token = ana.token();
    ana.Join("hall");
    TakePart(ana);
    Signal(ana, Offer());
    first = NextFromSfu(ana)["data"]["description"]["sdp"].Text();
  }
  EXPECT_EQ(ben.NextEvent("member_left")["name"], "Ana");
  LinePeer again(server.port());
  again.HelloWithToken(token);
  again.Join("hall");
  TakePart(again);
  Signal(again, Offer());
  const std::string second = NextFromSfu(again)["data"]["description"]["sdp"].Text();
  const auto ufrag = [](const std::string& sdp) {
    const std::size_t at = sdp.find("a=ice-ufrag:");
    return sdp.substr(at, sdp.find('\r', at) - at);
  };
  EXPECT_EQ(ufrag(second), ufrag(first));
}

}  // namespace
}  // namespace parley::test
