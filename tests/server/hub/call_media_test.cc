// How calls are connected: when a call moves from a mesh to the SFU, what the SFU is told of it, and what its
// words become.

#include "server/hub/call_media.h"

#include <gmock/gmock.h>

#include "common/base/media_limits.h"
#include "tests/server/hub/call_of_four.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

// --- Mesh or SFU ---

TEST_F(CallMediaTest, ACallOfThreeIsAMesh) {
  for (Person* person : {&ana_, &ben_, &cyn_}) person->Show("lab", "call audio");
  EXPECT_THAT(house_.Media(), IsEmpty());
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

TEST_F(CallMediaTest, AFourthInTheCallMovesItToTheSfu) {
  for (Person* person : {&ana_, &ben_, &cyn_}) person->Show("lab", "call audio");
  Forget();
  dan_.Show("lab", "call video");
  EXPECT_THAT(dan_.Hears(), ElementsAre("ok", "lab = Dan (guest call video)", "lab is by sfu"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab = Dan (guest call video)", "lab is by sfu"));
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ana voice", "join lab Ben voice", "join lab Cyn voice",
                                          "join lab Dan camera"));
  EXPECT_EQ(MediaOf("lab"), "sfu");
}

TEST_F(CallMediaTest, MembersOutsideOfTheCallDoNotCount) {
  for (Person* person : {&ana_, &ben_, &cyn_}) person->Show("lab", "call audio");
  dan_.Show("lab", "hand");
  EXPECT_THAT(house_.Media(), IsEmpty());
}

TEST_F(CallMediaTest, AnOfferMovesASmallCall) {
  for (Person* person : {&ana_, &ben_}) person->Show("lab", "call audio");
  Forget();
  ben_.SignalSfu("lab", kOffer);
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok", "lab is by sfu"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab is by sfu"));
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ana voice", "join lab Ben voice", "offer lab Ben"));
}

TEST_F(CallMediaTest, ItStaysThereUntilTheCallHasEnded) {
  CallThroughSfu({ana_, ben_});
  ana_.Show("lab", "-call");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ana (host audio)"));
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana"));
  ben_.Show("lab", "-call");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok", "lab = Ben (guest audio)", "lab is by mesh"));
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ben", "close lab"));
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

TEST_F(CallMediaTest, ACallEndsWithItsLastMembersLeave) {
  CallThroughSfu({ana_});
  ana_.Leave("lab");
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "close lab"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ana (left)", "lab is by mesh", "lab = Ben (host)"));
}

TEST_F(CallMediaTest, AnEmptiedRoomHasNoCall) {
  for (Person* person : {&ben_, &cyn_, &dan_}) person->Leave("lab");
  CallThroughSfu({ana_});
  ana_.Leave("lab");
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "close lab"));
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

// --- What the SFU is told ---

TEST_F(CallMediaTest, TheSfuIsToldWhatOthersMayGet) {
  CallThroughSfu({ana_, ben_});
  ana_.Show("lab", "video");
  ana_.Show("lab", "-audio screen");
  ana_.Show("lab", "hand");
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Ana voice camera", "allow lab Ana camera screen sound"));
}

TEST_F(CallMediaTest, AMutedMemberIsNotHeard) {
  CallThroughSfu({ana_, ben_});
  ben_.Show("lab", "screen");
  ana_.Moderate("lab", Action::kMute, ben_);
  ana_.Moderate("lab", Action::kUnmute, ben_);
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Ben voice screen sound", "allow lab Ben screen",
                                          "allow lab Ben screen sound"));
}

TEST_F(CallMediaTest, AMutedMemberWhoComesBackIsNotHeard) {
  ana_.Moderate("lab", Action::kMute, ben_);
  CallThroughSfu({ana_});
  ben_.Show("lab", "call screen");
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ben screen"));
}

TEST_F(CallMediaTest, MediaThatHostsTurnOffAreNotForwarded) {
  CallThroughSfu({ana_, ben_});
  ben_.Show("lab", "video screen");
  house_.Media();
  ana_.Moderate("lab", Action::kQuiet, ben_);
  ana_.Ask(protocol::Moderate{"lab", Action::kStop, ben_.id(), "camera"});
  ana_.Allow("lab", "-screen");
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Ben camera screen sound", "allow lab Ben screen sound",
                                          "allow lab Ben"));
}

TEST_F(CallMediaTest, ADemotedHostIsHeldToWhatIsAllowed) {
  ana_.Moderate("lab", Action::kPromote, ben_);
  ana_.Allow("lab", "-microphone");
  CallThroughSfu({ana_, ben_});
  ana_.Moderate("lab", Action::kDemote, ben_);
  EXPECT_THAT(house_.Media(), ElementsAre("allow lab Ben"));
}

TEST_F(CallMediaTest, KickAndBanEndTheMediaAtOnce) {
  CallThroughSfu({ana_, ben_, cyn_});
  for (Person* person : {&ben_, &cyn_}) person->SignalSfu("lab", kOffer);
  house_.Media();
  ana_.Moderate("lab", Action::kKick, ben_);
  ana_.Moderate("lab", Action::kBan, cyn_);
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ben", "leave lab Cyn"));
}

TEST_F(CallMediaTest, AHostEndsTheCallForAll) {
  CallThroughSfu({ana_, ben_});
  ana_.Moderate("lab", Action::kEnd);
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "leave lab Ben", "close lab"));
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

TEST_F(CallMediaTest, WantIsPassedOn) {
  CallThroughSfu({ana_, ben_});
  ana_.SignalSfu("lab",
                 R"({"want":{"videos":[{"member":")" + ben_.id() +
                     R"(","kind":"screen","height":720},{"member":"x","kind":"camera","height":90}]}})");
  EXPECT_THAT(house_.Media(), ElementsAre("wants lab Ana Ben:screen:720 ?:camera:90"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
}

TEST_F(CallMediaTest, CandidatesAreNotNeeded) {
  CallThroughSfu({ana_, ben_});
  ana_.SignalSfu("lab", R"({"candidate":null})");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(house_.Media(), IsEmpty());
}

TEST_F(CallMediaTest, WantAndCandidatesDoNotMoveACall) {
  ana_.Show("lab", "call");
  house_.Quiet();
  ana_.SignalSfu("lab", R"({"want":{"videos":[]},"candidate":{}})");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(house_.Media(), IsEmpty());
}

TEST_F(CallMediaTest, OnlyMembersOfTheCallSpeakToTheSfu) {
  ana_.SignalSfu("lab", kOffer);
  EXPECT_THAT(ana_.Hears(), ElementsAre("error forbidden"));
  EXPECT_THAT(house_.Media(), IsEmpty());
}

TEST_F(CallMediaTest, AnOfferThatCannotBeReadIsRefusedWithTheReason) {
  ana_.Show("lab", "call");
  house_.Quiet();
  ana_.SignalSfu("lab", R"({"description":{"type":"offer","sdp":"v=0\r\nm=audio\r\n"}})");
  const auto error = ana_.Gets<protocol::Error>();
  EXPECT_EQ(error.code, ErrorCode::kBadMessage);
  EXPECT_THAT(error.text, testing::HasSubstr("line 2"));
  EXPECT_THAT(house_.Media(), IsEmpty());
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

// --- What the SFU says ---

TEST_F(CallMediaTest, EventsOfTheSfuBecomeSignals) {
  CallThroughSfu({ana_, ben_});
  house_.MediaSays(MediaAnswer{SeatOf(ana_), "v=0\r\n"});
  house_.MediaSays(MediaSlots{SeatOf(ana_),
                              {{"4", "m1", MediaKind::kVoice, ""},
                               {"8", "m1", MediaKind::kCamera, "h"},
                               {"9", "m2", MediaKind::kScreen, ""},
                               {"5", "m2", MediaKind::kSound, ""}}});
  house_.MediaSays(MediaConnected{SeatOf(ana_)});
  house_.MediaSays(MediaEnded{SeatOf(ana_), MediaEnded::Reason::kIceTimeout});
  house_.MediaSays(MediaEnded{SeatOf(ana_), MediaEnded::Reason::kDtlsFailed});
  house_.MediaSays(MediaEnded{SeatOf(ana_), MediaEnded::Reason::kMoved});
  house_.MediaSays(MediaEnded{SeatOf(ana_), MediaEnded::Reason::kClosed});
  EXPECT_THAT(
      ana_.Hears(),
      ElementsAre(R"(signal lab sfu {"description":{"type":"answer","sdp":"v=0\r\n"}})",
                  R"(signal lab sfu {"slots":[{"mid":"4","member":"m1","kind":"voice"},)"
                  R"({"mid":"8","member":"m1","kind":"camera","layer":"h"},)"
                  R"({"mid":"9","member":"m2","kind":"screen"},)"
                  R"({"mid":"5","member":"m2","kind":"sound"}]})",
                  R"(signal lab sfu {"ended":"ice_timeout"})", R"(signal lab sfu {"ended":"dtls_failed"})",
                  R"(signal lab sfu {"ended":"moved"})", R"(signal lab sfu {"ended":"closed"})"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(CallMediaTest, LevelsGoToTheMembersOfTheCall) {
  CallThroughSfu({ana_, ben_});
  house_.MediaSays(MediaLevels{"lab", {{"m1", 20}, {"m2", 127}}});
  const std::string levels =
      R"(signal lab sfu {"levels":[{"member":"m1","level":20},{"member":"m2","level":127}]})";
  EXPECT_THAT(ana_.Hears(), ElementsAre(levels));
  EXPECT_THAT(ben_.Hears(), ElementsAre(levels));
  EXPECT_THAT(cyn_.Hears(), IsEmpty());
}

TEST_F(CallMediaTest, ASfuThatIsFullGivesTheConnectionUp) {
  CallThroughSfu({ana_, ben_});
  house_.MediaSays(MediaRefusal{SeatOf(ana_), "too many"});
  EXPECT_THAT(ana_.Hears(), ElementsAre(R"(signal lab sfu {"ended":"closed"})"));
}

TEST_F(CallMediaTest, EventsForMembersWhoLeftTheCallAreDropped) {
  CallThroughSfu({ana_, ben_});
  const MediaSeat gone = SeatOf(ben_);
  ana_.Show("lab", "-call");
  ben_.Leave("lab");
  Forget();
  for (const MediaSeat& seat : {SeatOf(ana_), gone, MediaSeat{"den", ana_.id()}, MediaSeat{"lab", "x"}}) {
    house_.MediaSays(MediaAnswer{seat, ""});
    house_.MediaSays(MediaRefusal{seat, ""});
    house_.MediaSays(MediaSlots{seat, {}});
    house_.MediaSays(MediaEnded{seat});
  }
  house_.MediaSays(MediaLevels{"lab", {}});
  house_.MediaSays(MediaLevels{"den", {}});
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

// --- The modes of the server ---

class AlwaysSfuTest : public CallMediaTest {
 protected:
  AlwaysSfuTest() : CallMediaTest(MediaMode::kSfu) {}
};

TEST_F(AlwaysSfuTest, EveryCallGoesThroughTheSfu) {
  EXPECT_EQ(MediaOf("lab"), "sfu");
  ana_.Show("lab", "call audio");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab = Ana (host call audio)"));
  EXPECT_THAT(house_.Media(), ElementsAre("join lab Ana voice"));
  ana_.Show("lab", "-call");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab = Ana (host audio)"));
  EXPECT_THAT(house_.Media(), ElementsAre("leave lab Ana", "close lab"));
  ana_.Show("lab", "hand");
  EXPECT_THAT(house_.Media(), IsEmpty());
}

class NeverSfuTest : public CallMediaTest {
 protected:
  NeverSfuTest() : CallMediaTest(MediaMode::kMesh) {}
};

TEST_F(NeverSfuTest, EveryCallIsAMesh) {
  for (Person* person : {&ana_, &ben_, &cyn_, &dan_}) person->Show("lab", "call audio");
  house_.Quiet();
  ana_.SignalSfu("lab", kOffer);
  EXPECT_THAT(ana_.Hears(), ElementsAre("error forbidden"));
  EXPECT_THAT(house_.Media(), IsEmpty());
  EXPECT_EQ(MediaOf("lab"), "mesh");
}

}  // namespace
}  // namespace parley::test
