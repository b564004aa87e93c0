// What a host turns off: microphones, cameras, screens and raised hands.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

class DutiesTest : public testing::Test {
 protected:
  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

TEST_F(DutiesTest, AQuietedMembersMicrophoneIsOffUntilTheyTurnItOnAgain) {
  ben_.Show("lab", "call audio video");
  house_.Quiet();
  host_.Ref("q").Moderate("lab", Action::kQuiet, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("q: ok", "lab = Ben (guest call video)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest call video)", "lab quieted by Hana"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Ben (guest call video)"));
  ben_.Say("lab", "sorry");
  ben_.Show("lab", "audio");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1", "ok", "lab = Ben (guest call audio video)"));
}

TEST_F(DutiesTest, AMemberWhoseMicrophoneIsOffIsToldAllTheSame) {
  host_.Moderate("lab", Action::kQuiet, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab quieted by Hana"));
}

TEST_F(DutiesTest, AMutedMemberWhoIsQuietedIsMutedStill) {
  host_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  host_.Moderate("lab", Action::kQuiet, ben_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab quieted by Hana until unmuted"));
}

TEST_F(DutiesTest, WithoutAMemberEverybodyButHostsAndAdminsIsQuieted) {
  Person root = house_.AccountIn("lab", "Root", protocol::Role::kAdmin);
  Person dan = house_.GuestIn("lab", "Dan");
  host_.Moderate("lab", Action::kPromote, dan);
  for (Person* person : {&host_, &ben_, &cyn_, &root, &dan}) person->Show("lab", "audio");
  house_.Quiet();
  host_.Moderate("lab", Action::kQuiet);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest)", "lab = Cyn (guest)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest)", "lab quieted by Hana", "lab = Cyn (guest)"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Ben (guest)", "lab = Cyn (guest)", "lab quieted by Hana"));
  EXPECT_THAT(root.Hears(), ElementsAre("lab = Ben (guest)", "lab = Cyn (guest)"));
}

TEST_F(DutiesTest, ARawPeerIsToldNothing) {
  Person admin = house_.AccountIn("lobby", "Ada", protocol::Role::kAdmin);
  Person raw = house_.RawPeer();
  admin.Hears();
  admin.Moderate("lobby", Action::kQuiet);
  EXPECT_THAT(admin.Hears(), ElementsAre("ok"));
  EXPECT_THAT(raw.Hears(), IsEmpty());
}

TEST_F(DutiesTest, ACameraIsStoppedAndAScreenByItself) {
  ben_.Show("lab", "call audio video screen");
  house_.Quiet();
  host_.Ask(protocol::Moderate{"lab", Action::kStop, ben_.id(), "camera"});
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest call audio screen)"));
  host_.Ask(protocol::Moderate{"lab", Action::kStop, ben_.id(), "screen"});
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest call audio)"));
  host_.Ask(protocol::Moderate{"lab", Action::kStop, ben_.id(), "screen"});
  EXPECT_THAT(host_.Hears(), ElementsAre("ok")) << "it is off already";
}

TEST_F(DutiesTest, AllHandsAreLoweredTheHostsToo) {
  for (Person* person : {&host_, &ben_}) person->Show("lab", "hand");
  house_.Quiet();
  host_.Moderate("lab", Action::kLowerHands);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Hana (host)", "lab = Ben (guest)"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Hana (host)", "lab = Ben (guest)"));
}

TEST_F(DutiesTest, EverySessionOfAMutedPersonIsToldAndOnlyOfAChange) {
  Person second = house_.ReturnsTo("lab", ben_);
  house_.Quiet();
  host_.Moderate("lab", Action::kMute, ben_);
  EXPECT_THAT(second.Hears(), ElementsAre("lab = Ben (guest muted)", "lab = Ben (guest muted)",
                                          "lab quieted by Hana until unmuted"));
  house_.Quiet();
  host_.Moderate("lab", Action::kMute, second);
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  host_.Moderate("lab", Action::kUnmute, second);
  EXPECT_THAT(ben_.Hears(), testing::Contains("lab unquieted by Hana"));
  house_.Quiet();
  host_.Moderate("lab", Action::kUnmute, ben_);
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

}  // namespace
}  // namespace parley::test
