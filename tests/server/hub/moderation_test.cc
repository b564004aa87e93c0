// What hosts do to members and to the room.

#include <gmock/gmock.h>

#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

class ModerationTest : public testing::Test {
 protected:
  // A second session of the same guest, in the lab.
  Person SecondSessionOf(const Person& person) {
    Person second = house_.ReturnsTo("lab", person);
    house_.Quiet();
    return second;
  }

  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

TEST_F(ModerationTest, ARemovedMemberIsNotifiedLikeTheOthersAndMayRejoin) {
  host_.Ref("k").Moderate("lab", Action::kKick, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("k: ok", "lab - Ben (kicked)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ben (kicked)"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab - Ben (kicked)"));
  ben_.Say("lab", "hi");
  EXPECT_THAT(ben_.Hears(), ElementsAre("error not_in_room"));
  ben_.Join("lab");
  EXPECT_THAT(ben_.Hears(), ElementsAre("joined lab as guest with Hana Cyn Ben", "lab + Ben (guest)"));
}

TEST_F(ModerationTest, OnlyMembersOfTheRoomCanBeModerated) {
  Person dan = house_.GuestIn("den", "Dan");
  for (const Action action : {Action::kKick, Action::kBan, Action::kMute, Action::kUnmute, Action::kLowerHand,
                              Action::kQuiet, Action::kStop, Action::kPromote, Action::kDemote}) {
    host_.Moderate("lab", action, dan);
    EXPECT_THAT(host_.Hears(), ElementsAre("error no_such_member")) << ToString(action);
  }
  EXPECT_THAT(dan.Hears(), IsEmpty());
}

TEST_F(ModerationTest, AMuteSilencesChatAndMicrophoneButNoWhisper) {
  ben_.Show("lab", "call audio");
  house_.Quiet();
  host_.Moderate("lab", Action::kMute, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest call muted)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest call muted)", "lab quieted by Hana until unmuted"));
  ben_.Say("lab", "hi");
  ben_.Show("lab", "audio");
  ben_.Show("lab", "-audio video");
  ben_.Whisper(cyn_, "psst");
  EXPECT_THAT(ben_.Hears(),
              ElementsAre("error muted", "error muted", "ok", "lab = Ben (guest call video muted)", "ok"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Ben (guest call muted)", "lab = Ben (guest call video muted)",
                                        "whisper Ben to Cyn: psst"));
}

TEST_F(ModerationTest, UnmutingAllowsChatAndMicrophoneAgain) {
  host_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  host_.Moderate("lab", Action::kUnmute, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest)", "lab unquieted by Hana"));
  ben_.Say("lab", "hi");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1"));
}

TEST_F(ModerationTest, AnActionThatChangesNothingSendsNoEvent) {
  host_.Moderate("lab", Action::kUnmute, ben_);
  host_.Moderate("lab", Action::kLowerHand, ben_);
  host_.Moderate("lab", Action::kUnlock);
  host_.Moderate("lab", Action::kTopic, "");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "ok", "ok", "ok"));
  host_.Moderate("lab", Action::kMute, ben_);
  host_.Moderate("lab", Action::kLock);
  house_.Quiet();
  host_.Moderate("lab", Action::kMute, ben_);
  host_.Moderate("lab", Action::kLock);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "ok"));
}

TEST_F(ModerationTest, AMuteOutlivesLeavingAndANewConnection) {
  host_.Moderate("lab", Action::kMute, ben_);
  ben_.Leave("lab");
  ben_.Join("lab");
  EXPECT_TRUE(ben_.Gets<protocol::Joined>().members.back().muted);
  ben_.Vanish();
  Person again = SecondSessionOf(ben_);
  again.Say("lab", "hi");
  EXPECT_THAT(again.Hears(), ElementsAre("error muted"));
}

TEST_F(ModerationTest, AMuteAppliesToEverySessionOfThePerson) {
  Person second = SecondSessionOf(ben_);
  second.Show("lab", "audio");
  house_.Quiet();
  host_.Moderate("lab", Action::kMute, ben_);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Ben (guest muted)", "lab = Ben (guest muted)"));
  second.Hears();
  second.Say("lab", "hi");
  EXPECT_THAT(second.Hears(), ElementsAre("error muted"));
  host_.Moderate("lab", Action::kUnmute, second);
  house_.Quiet();
  ben_.Say("lab", "hi");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1"));
}

TEST_F(ModerationTest, AMuteAppliesToOneRoom) {
  Person dan = house_.GuestIn("den", "Dan");
  ben_.Join("den");
  host_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  ben_.Say("den", "hi");
  EXPECT_THAT(dan.Hears(), ElementsAre("den #1 Ben: hi"));
}

TEST_F(ModerationTest, AHandIsLowered) {
  ben_.Show("lab", "hand");
  house_.Quiet();
  host_.Moderate("lab", Action::kLowerHand, ben_);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab = Ben (guest)"));
}

TEST_F(ModerationTest, ALockedRoomLetsNoGuestIn) {
  host_.Moderate("lab", Action::kLock);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab is locked"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab is locked"));
  Person dan = house_.Guest("Dan");
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), ElementsAre("error room_locked"));
  host_.Moderate("lab", Action::kUnlock);
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab is unlocked"));
  dan.Join("lab");
  EXPECT_EQ(dan.Gets<protocol::Joined>().room, "lab");
}

TEST_F(ModerationTest, ARoomPasswordIsAskedOfEveryGuest) {
  host_.Moderate("lab", Action::kPassword, "sesame");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab is with password"));
  Person dan = house_.Guest("Dan");
  dan.Join("lab");
  dan.JoinWith("", "lab");
  dan.JoinWith("Sesame", "lab");
  EXPECT_THAT(dan.Hears(), ElementsAre("error room_password", "error room_password", "error room_password"));
  dan.JoinWith("sesame", "lab");
  EXPECT_EQ(dan.Gets<protocol::Joined>().room, "lab");
}

TEST_F(ModerationTest, JoinedSaysWhetherThereIsAPassword) {
  for (const std::string& password : {std::string("sesame"), std::string()}) {
    host_.Moderate("lab", Action::kPassword, password);
    Person dan = house_.Guest("Dan");
    dan.JoinWith("sesame", "lab");
    EXPECT_EQ(dan.Gets<protocol::Joined>().password, !password.empty());
    dan.Vanish();
  }
}

TEST_F(ModerationTest, APasswordIsClearedByNoneOrAnEmptyOne) {
  for (const std::optional<std::string>& nothing :
       {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    host_.Moderate("lab", Action::kPassword, "sesame");
    house_.Quiet();
    host_.Moderate("lab", Action::kPassword, nothing);
    EXPECT_THAT(host_.Hears(), ElementsAre("ok", "lab is without password"));
    Person dan = house_.Guest("Dan");
    dan.JoinWith("whatever", "lab");
    EXPECT_EQ(dan.Gets<protocol::Joined>().room, "lab");
    dan.Vanish();
  }
}

TEST_F(ModerationTest, ATopicIsToldAndClearedByNone) {
  host_.Moderate("lab", Action::kTopic, "Optics");
  host_.Moderate("lab", Action::kTopic, "Optics");
  host_.Moderate("lab", Action::kTopic);
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab is about \"Optics\"", "lab is about \"\""));
}

}  // namespace
}  // namespace parley::test
