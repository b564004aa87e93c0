// A server with an SFU: commands go to it, and its events come to the peers.

#include <gmock/gmock.h>

#include "tests/server/engine/test_server.h"
#include "tests/support/fake_media.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kOfferLine =
    R"({"type":"signal","ref":"o","room":"lab","to":"sfu","data":{"description":{"type":"offer",)"
    R"("sdp":"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"}}})"
    "\n";
constexpr const char* kCallLine = R"({"type":"state","room":"lab","call":true,"audio":true})"
                                  "\n";

class MediaTest : public testing::Test {
 protected:
  MediaTest() { server_.exchange().UseMedia(MediaMode::kAuto, media_); }

  // A member of the call of the room `lab`.
  TestPeer Caller(const std::string& name) {
    TestPeer peer = server_.Lines(name);
    peer.Join("lab");
    peer.Send(kCallLine);
    server_.Quiet();
    return peer;
  }

  FakeMedia media_;
  TestServer server_;
};

TEST_F(MediaTest, TheWelcomeListsTheSfu) {
  TestPeer peer = server_.Connects();
  peer.Hello("Ana");
  EXPECT_THAT(peer.Reads(), HasSubstr(R"("sfu"])"));
  TestServer without;
  TestPeer other = without.Connects();
  other.Hello("Ana");
  EXPECT_THAT(other.Reads(), Not(HasSubstr(R"("sfu")")));
}

TEST_F(MediaTest, AnOfferGoesToTheSfuAndItsAnswerComesBack) {
  TestPeer ana = Caller("Ana");
  ana.Send(kOfferLine);
  EXPECT_THAT(ana.Hears(), ElementsAre("o: ok", "lab is by sfu"));
  ASSERT_EQ(media_.commands.size(), 2U);
  const auto& join = std::get<MediaJoin>(media_.commands[0]);
  EXPECT_TRUE(join.kinds.voice);
  EXPECT_EQ(join.address, "10.0.0.1");
  const auto& offer = std::get<MediaOffer>(media_.commands[1]);
  EXPECT_EQ(offer.seat, (MediaSeat{"lab", ana.id()}));
  EXPECT_EQ(offer.sdp, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
  media_.events.emplace_back(MediaAnswer{offer.seat, "v=0\r\n"});
  server_.Settle();
  EXPECT_THAT(ana.Hears(),
              ElementsAre(R"(signal lab sfu {"description":{"type":"answer","sdp":"v=0\r\n"}})"));
}

TEST_F(MediaTest, MediaCountForTheAddressOfTheMemberButNotOnLoopback) {
  const auto joins = [this](const char* address) {
    TestPeer peer = server_.Connects({.address = address});
    peer.Hello(address[0] == ':' ? "Ben" : "Ana");
    peer.Hears();  // its id
    peer.Join("lab");
    peer.Send(kCallLine);
    peer.Send(kOfferLine);
    server_.Quiet();
    for (const MediaCommand& command : media_.commands) {
      const auto* join = std::get_if<MediaJoin>(&command);
      if (join != nullptr && join->seat.member == peer.id()) return *join;
    }
    return MediaJoin{};
  };
  const MediaJoin far = joins("2001:db8::7");
  const MediaJoin near = joins("::1");
  EXPECT_EQ(far.address, "2001:db8::/64");
  EXPECT_EQ(near.address, "");
  EXPECT_NE(far.peer, near.peer);
}

TEST_F(MediaTest, AnOfferOrAWantThatIsDroppedIsToBeMadeAgain) {
  TestPeer ana = Caller("Ana");
  media_.full = true;
  ana.Send(kOfferLine);
  EXPECT_THAT(ana.Hears(), ElementsAre("o: ok", "lab is by sfu", R"(signal lab sfu {"ended":"closed"})"));
  ana.Send(R"({"type":"signal","ref":"w","room":"lab","to":"sfu","data":{"want":{"videos":[]}}})"
           "\n");
  EXPECT_THAT(ana.Hears(), ElementsAre("w: ok", R"(signal lab sfu {"ended":"closed"})"));
  ana.Send(R"({"type":"state","room":"lab","call":false})"
           "\n");
  EXPECT_TRUE(std::holds_alternative<MediaCloseRoom>(media_.commands.back()));
}

TEST_F(MediaTest, MalformedDataForTheSfuIsAnErrorAndThePeerStays) {
  TestPeer ana = Caller("Ana");
  ana.Send(R"({"type":"signal","ref":"b","room":"lab","to":"sfu","data":"offer"})"
           "\n");
  EXPECT_THAT(ana.Hears(), ElementsAre("b: error bad_message"));
  EXPECT_FALSE(ana.closed());
  EXPECT_THAT(media_.commands, IsEmpty());
}

TEST_F(MediaTest, ALostConnectionIsToldToTheSfu) {
  TestPeer ana = Caller("Ana");
  ana.Send(kOfferLine);
  ana.Vanish();
  EXPECT_TRUE(std::holds_alternative<MediaSignalingLost>(media_.commands.back()));
}

TEST_F(MediaTest, AShutdownDoesNotWaitForTheSfu) {
  TestPeer ana = Caller("Ana");
  ana.Send(kOfferLine);
  media_.events.emplace_back(MediaAnswer{{"lab", ana.id()}, "v=0\r\n"});
  server_.Shutdown();
  EXPECT_TRUE(ana.closed());
}

}  // namespace
}  // namespace parley::test
