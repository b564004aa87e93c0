// The end of a meeting.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class EndTest : public testing::Test {
 protected:
  House house_{{.journal = true, .ice_servers = {}}};
  Person host_ = house_.GuestIn("lab", "Hana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person cyn_ = house_.GuestIn("lab", "Cyn");
};

TEST_F(EndTest, EverybodyLeavesTheCallAndStaysInTheRoom) {
  host_.Show("lab", "call audio video");
  ben_.Show("lab", "call audio hand");
  house_.Quiet();
  host_.Ref("e").Moderate("lab", Action::kEnd);
  EXPECT_THAT(host_.Hears(), ElementsAre("e: ok", "lab = Hana (host)", "lab = Ben (guest hand)"));
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab = Hana (host)", "lab = Ben (guest hand)"));
  ben_.Say("lab", "bye");
  EXPECT_THAT(cyn_.Hears(), ElementsAre("lab #1 Ben: bye"));
}

TEST_F(EndTest, ACallThatNobodyIsInEndsWithoutAnEvent) {
  host_.Moderate("lab", Action::kEnd, "");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(EndTest, WithTheRoomTheOthersAreRemovedAndTheHostStays) {
  host_.Show("lab", "call");
  house_.Quiet();
  house_.Visits();
  host_.Ref("e").Moderate("lab", Action::kEnd, "room");
  EXPECT_THAT(host_.Hears(),
              ElementsAre("e: ok", "lab - Ben (ended)", "lab - Cyn (ended)", "lab = Hana (host)"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ben (ended)"));
  EXPECT_THAT(house_.Visits(), ElementsAre("lab - Ben (ended)", "lab - Cyn (ended)"));
  host_.Say("lab", "alone");
  EXPECT_THAT(host_.Hears(), ElementsAre("ok lab #1"));
  ben_.Join("lab");
  EXPECT_THAT(ben_.Hears(), Contains(StartsWith("joined lab as guest")));
}

TEST_F(EndTest, TheHostsOtherSessionStays) {
  Person second = house_.ReturnsTo("lab", host_);
  house_.Quiet();
  host_.Moderate("lab", Action::kEnd, "room");
  EXPECT_THAT(second.Hears(), ElementsAre("lab - Ben (ended)", "lab - Cyn (ended)"));
}

TEST_F(EndTest, AHostWhoIsRemovedIsHostAgainOnComingBack) {
  host_.Moderate("lab", Action::kPromote, ben_);
  host_.Moderate("lab", Action::kEnd, "room");
  house_.Quiet();
  ben_.Join("lab");
  EXPECT_THAT(ben_.Hears(), Contains(StartsWith("joined lab as host")));
}

TEST_F(EndTest, AHostWhoIsRemovedIsNotAwaited) {
  Person root = house_.AccountIn("lab", "Root", Role::kAdmin);
  root.Moderate("lab", Action::kEnd, "room");
  EXPECT_FALSE(house_.hub().NextDeadline());
  for (const auto& host : house_.saves().back().known_hosts.all()) {
    const bool here = host.identity == house_.hub().Find(root.peer())->identity->key;
    EXPECT_EQ(host.expected, here) << host.identity;
  }
}

TEST_F(EndTest, AFormerMemberMustWaitToRejoin) {
  host_.Moderate("lab", Action::kWaitingRoom, "on");
  host_.Moderate("lab", Action::kEnd, "room");
  house_.Quiet();
  ben_.Ref("j").Join("lab");
  EXPECT_EQ(ben_.KindOfReply("j"), "waiting");
}

TEST_F(EndTest, RawPeersAndListenersOfTheLobbyAreClosed) {
  Person admin = house_.AccountIn("lobby", "Ada", Role::kAdmin);
  Person raw = house_.RawPeer();
  Person listener = house_.RawPeer();
  listener.StopsSending();
  house_.Quiet();
  admin.Moderate("lobby", Action::kEnd, "room");
  EXPECT_THAT(admin.Hears(), ElementsAre("ok", "lobby - guest-1 (ended)"));
  EXPECT_THAT(raw.Hears(), ElementsAre("closed: The meeting in the lobby has ended."));
  EXPECT_THAT(listener.Hears(), ElementsAre("closed: The meeting in the lobby has ended."));
  EXPECT_THAT(house_.hub().listeners(), IsEmpty());
}

TEST_F(EndTest, TheEndOfALargeRoomIsToldOnceToEach) {
  for (int i = 0; i < 300; ++i) house_.GuestIn("lab", "P" + std::to_string(i));
  Person last = house_.GuestIn("lab", "Last");
  house_.Quiet();
  host_.Moderate("lab", Action::kEnd, "room");
  EXPECT_THAT(last.Hears(), ElementsAre("lab - Last (ended)"));
  Person next = house_.Guest("Next");
  next.Join("lab");
  EXPECT_EQ(next.Gets<protocol::Joined>().count, 2U);
}

}  // namespace
}  // namespace parley::test
