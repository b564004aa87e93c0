// What members who are not hosts may use in a room.

#include <gmock/gmock.h>

#include <string>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Allow;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class AllowTest : public testing::Test {
 protected:
  House house_;
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(AllowTest, EverythingIsAllowedAtFirst) {
  Person cyn = house_.Guest("Cyn");
  cyn.Join("lab");
  EXPECT_EQ(cyn.Gets<protocol::Joined>().allow, Allow{});
}

TEST_F(AllowTest, AChangeIsSentInFullAndKeepsTheOtherPermissions) {
  host_.Ref("a").Allow("lab", "-microphone");
  EXPECT_THAT(host_.Hears(), ElementsAre("a: ok", "lab is for hosts only: microphone"));
  host_.Allow("lab", "-chat");
  EXPECT_THAT(ben_.Hears(),
              ElementsAre("lab is for hosts only: microphone", "lab is for hosts only: microphone chat"));
  Person cyn = house_.Guest("Cyn");
  cyn.Join("lab");
  EXPECT_EQ(cyn.Gets<protocol::Joined>().allow, (Allow{.microphone = false, .chat = false}));
  host_.Allow("lab", "microphone chat");
  EXPECT_THAT(ben_.Hears(), Contains("lab is for hosts only:"));
}

TEST_F(AllowTest, AnUnchangedSettingSendsNoEvent) {
  host_.Allow("lab", "chat camera");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(AllowTest, AForbiddenStateIsRefusedAndChangesNothing) {
  host_.Allow("lab", "-microphone -camera -screen");
  house_.Quiet();
  for (const char* const flags : {"audio", "video", "screen", "call hand audio"}) {
    ben_.Show("lab", flags);
    EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden")) << flags;
  }
  ben_.Show("lab", "call hand -audio -video -screen");
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok", "lab = Ben (guest call hand)"));
}

TEST_F(AllowTest, EachDeviceIsForbiddenSeparately) {
  for (const std::string what : {"microphone", "camera", "screen"}) {
    host_.Allow("lab", "microphone camera screen");
    host_.Allow("lab", "-" + what);
    ben_.Show("lab", "-audio -video -screen");
    house_.Quiet();
    std::string refused;
    for (const std::string flag : {"audio", "video", "screen"}) {
      ben_.Ref("s").Show("lab", flag);
      if (ben_.KindOfReply("s") == "forbidden") refused += flag;
    }
    EXPECT_EQ(refused, what == "microphone" ? "audio" : what == "camera" ? "video" : "screen");
  }
}

TEST_F(AllowTest, HostsAndAdminsMayUseEverything) {
  Person root = house_.AccountIn("lab", "Root", protocol::Role::kAdmin);
  host_.Allow("lab", "-microphone -camera -screen -chat");
  house_.Quiet();
  for (Person* person : {&host_, &root}) {
    person->Show("lab", "audio video screen");
    EXPECT_THAT(person->Hears(), Contains("ok"));
    person->Say("lab", "hi");
    EXPECT_THAT(person->Hears(), Contains(testing::StartsWith("ok lab #")));
  }
}

TEST_F(AllowTest, ForbiddingADeviceSwitchesItOffExceptForHosts) {
  host_.Show("lab", "call audio video screen");
  ben_.Show("lab", "call audio video screen");
  house_.Quiet();
  host_.Allow("lab", "-camera -screen");
  EXPECT_THAT(ben_.Hears(),
              ElementsAre("lab is for hosts only: camera screen", "lab = Ben (guest call audio)"));
  host_.Allow("lab", "-microphone");
  EXPECT_THAT(ben_.Hears(),
              ElementsAre("lab is for hosts only: microphone camera screen", "lab = Ben (guest call)"));
}

TEST_F(AllowTest, AHostWhoIsDemotedLosesWhatIsForbidden) {
  host_.Moderate("lab", Action::kPromote, ben_);
  ben_.Show("lab", "call audio video");
  host_.Allow("lab", "-microphone");
  house_.Quiet();
  host_.Moderate("lab", Action::kDemote, ben_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab = Ben (guest call video)"));
}

TEST_F(AllowTest, WithoutChatOnlyHostsWriteAndWhispersGoOn) {
  host_.Allow("lab", "-chat");
  house_.Quiet();
  ben_.Say("lab", "hi");
  ben_.Whisper(host_, "psst");
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden", "ok"));
  EXPECT_THAT(host_.Hears(), ElementsAre("whisper Ben to Hana: psst"));
  host_.Allow("lab", "chat");
  ben_.Say("lab", "hi");
  EXPECT_THAT(host_.Hears(), Contains("lab #1 Ben: hi"));
}

TEST_F(AllowTest, WithoutChatOnlyHostsChangeMessagesVoteAndUploadButAuthorsDelete) {
  ben_.Say("lab", "hi");
  host_.Ask(protocol::NewPoll{"lab", "Tea?", {"yes", "no"}});
  host_.Allow("lab", "-chat");
  house_.Quiet();
  ben_.Ask(protocol::Edit{"lab", 1, "hello"});
  ben_.Ask(protocol::React{"lab", 2, "👍", true});
  ben_.Ask(protocol::NewPoll{"lab", "Coffee?", {"yes", "no"}});
  ben_.Ask(protocol::Vote{"lab", 2, {0}});
  ben_.Ask(protocol::Upload{"lab", "notes.txt", 3, ""});
  EXPECT_THAT(ben_.Hears(), testing::Each("error forbidden"));
  EXPECT_THAT(host_.Hears(), IsEmpty());
  ben_.Ask(protocol::Delete{"lab", 1});
  EXPECT_EQ(ben_.Hears().front(), "ok lab #1 @1");
  host_.Ask(protocol::Vote{"lab", 2, {0}});
  EXPECT_EQ(host_.Gets<protocol::MessageChanged>().state.rev, 2U);
}

TEST_F(AllowTest, AMutedMemberIsRefusedAsMuted) {
  host_.Allow("lab", "-chat -microphone");
  host_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  ben_.Say("lab", "hi");
  ben_.Show("lab", "audio");
  EXPECT_THAT(ben_.Hears(), ElementsAre("error muted", "error muted"));
}

TEST_F(AllowTest, AMessageThatIsRefusedWaitsForTheReplyToTheOneBefore) {
  house_.HoldLog();
  ben_.Say("lab", "before");
  host_.Allow("lab", "-chat");
  const protocol::Request message = protocol::Message{"lab", "after", {}};
  EXPECT_TRUE(house_.hub().MustWait(ben_.peer(), &message));
  house_.LetLog();
  EXPECT_FALSE(house_.hub().MustWait(ben_.peer(), &message));
}

TEST_F(AllowTest, ARawPeerIsToldOnceThatItMayNotWrite) {
  Person admin = house_.AccountIn("lobby", "Ada", protocol::Role::kAdmin);
  Person raw = house_.RawPeer();
  admin.Allow("lobby", "-chat");
  house_.Quiet();
  raw.SendRaw("a\n", {"a"});
  raw.SendRaw("b\n", {"b"});
  EXPECT_THAT(raw.Hears(), ElementsAre("told: Only hosts may write here now."));
  EXPECT_THAT(admin.Hears(), IsEmpty());
  admin.Allow("lobby", "chat");
  raw.SendRaw("c\n", {"c"});
  EXPECT_THAT(admin.Hears(), Contains("lobby #1 guest-1: c"));
  admin.Allow("lobby", "-chat");
  raw.SendRaw("d\n", {"d"});
  EXPECT_THAT(raw.Hears(), ElementsAre("told: Only hosts may write here now.")) << "once each time";
}

TEST_F(AllowTest, ItIsKeptWithTheRoom) {
  host_.Allow("lab", "-chat");
  ASSERT_FALSE(house_.saves().empty());
  EXPECT_EQ(house_.saves().back().allow, Allow{.chat = false});
  House again({}, 1'000, {house_.saves().back()});
  Person cyn = again.Guest("Cyn");
  cyn.Join("lab");
  EXPECT_EQ(cyn.Gets<protocol::Joined>().allow, Allow{.chat = false});
}

TEST_F(AllowTest, ARoomThatForbidsSomethingIsNotForgottenWhenItIsEmpty) {
  host_.Allow("lab", "-camera");
  host_.Leave("lab");
  ben_.Leave("lab");
  EXPECT_EQ(house_.hub().room_count(), 2U) << "and the lobby";
}

}  // namespace
}  // namespace parley::test
