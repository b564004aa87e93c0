// Who is host of a room: the first one, the successor, the promoted.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::Contains;
using testing::ElementsAre;

TEST(HostsTest, TheFirstMemberIsHostInEveryRoomButTheLobby) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Join("lab");
  EXPECT_EQ(ana.Gets<protocol::Joined>().role, protocol::Role::kHost);
  ana.Join("lobby");
  EXPECT_EQ(ana.Gets<protocol::Joined>().role, protocol::Role::kGuest);
}

TEST(HostsTest, WhenTheLastHostLeavesTheLongestPresentMemberBecomesHost) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person cyn = house.GuestIn("lab", "Cyn");
  Person ben = house.GuestIn("lab", "Ben");
  cyn.Leave("lab");
  cyn.Join("lab");  // now Ben has been there longer
  house.Quiet();
  ana.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)"));
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)"));
  ben.Leave("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab - Ben (left)", "lab = Cyn (host)"));
}

TEST(HostsTest, NobodyBecomesHostWhileAnotherHostIsThere) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  Person cyn = house.GuestIn("lab", "Cyn");
  ana.Moderate("lab", Action::kPromote, cyn);
  house.Quiet();
  ana.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (left)"));
}

TEST(HostsTest, ARemovedHostIsSucceededToo) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kKick, ana);
  EXPECT_THAT(ana.Hears(), ElementsAre("ok", "lab - Ana (kicked)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (kicked)", "lab = Ben (host)"));
}

TEST(HostsTest, ARoomThatWasEmptyTakesTheNextOneAsHost) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Say("lab", "so that it stays");
  ana.Leave("lab");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  EXPECT_EQ(ben.Gets<protocol::Joined>().role, protocol::Role::kHost);
}

TEST(HostsTest, PromotingAndDemotingAreTold) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kPromote, ben);
  EXPECT_THAT(ana.Hears(), ElementsAre("ok", "lab = Ben (host)"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab = Ben (host)"));
  ana.Moderate("lab", Action::kPromote, ben);
  EXPECT_THAT(ana.Hears(), ElementsAre("ok")) << "he was host already";
  ben.Moderate("lab", Action::kDemote, ana);
  EXPECT_THAT(ana.Hears(), ElementsAre("lab = Ana (guest)"));
  ana.Moderate("lab", Action::kTopic, "mine");
  EXPECT_THAT(ana.Hears(), ElementsAre("error forbidden"));
  ben.Hears();
  ben.Moderate("lab", Action::kDemote, ana);
  EXPECT_THAT(ben.Hears(), ElementsAre("ok")) << "she was none any more";
}

TEST(HostsTest, ADemotedLastHostIsSucceeded) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kDemote, ana);
  EXPECT_THAT(ana.Hears(), ElementsAre("ok", "lab = Ana (guest)", "lab = Ben (host)"));
}

TEST(HostsTest, AHostWhoIsAloneCannotBeDemoted) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kDemote, ana);
  EXPECT_THAT(ana.Hears(), ElementsAre("error forbidden"));
  ana.Moderate("lab", Action::kTopic, "still mine");
  EXPECT_THAT(ana.Hears(), ElementsAre("ok", "lab is about \"still mine\""));
}

TEST(HostsTest, AHostPassesTheLockOnComingBackADemotedOneDoesNot) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  Person cyn = house.GuestIn("lab", "Cyn");
  ana.Moderate("lab", Action::kPromote, ben);
  ana.Moderate("lab", Action::kPromote, cyn);
  ana.Moderate("lab", Action::kDemote, cyn);
  ana.Moderate("lab", Action::kLock);
  ben.Vanish();
  cyn.Vanish();
  Person ben_again = house.ReturnsTo("lab", ben);
  EXPECT_EQ(ben_again.Gets<protocol::Joined>().room, "lab");
  Person cyn_again = house.ReturnsTo("lab", cyn);
  EXPECT_THAT(cyn_again.Hears(), ElementsAre("error room_locked"));
}

// --- Who has two sessions ---

class TwoSessionsTest : public testing::Test {
 protected:
  TwoSessionsTest() {
    ana_.Moderate("lab", Action::kPromote, ben_);
    second_.ComeBack(ben_.token());
    second_.Join("lab");
    house_.Quiet();
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
  Person second_ = house_.Connects();
};

TEST_F(TwoSessionsTest, ABanRemovesBothSessionsBeforeASuccessorIsChosen) {
  Person cyn = house_.GuestIn("lab", "Cyn");
  Person root = house_.AccountIn("lab", "Root", protocol::Role::kAdmin);
  ana_.Leave("lab");
  house_.Quiet();
  root.Moderate("lab", Action::kBan, ben_);
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab - Ben (banned)", "lab - Ben (banned)", "lab = Cyn (host)"));
  const RoomSettings& kept = house_.saves().back();
  EXPECT_EQ(kept.known_hosts.Find(house_.hub().Find(ben_.peer())->identity->key), nullptr);
  EXPECT_NE(kept.known_hosts.Find(house_.hub().Find(cyn.peer())->identity->key), nullptr);
}

TEST_F(TwoSessionsTest, ADemotionAppliesToBothSessions) {
  ana_.Leave("lab");
  Person cyn = house_.GuestIn("lab", "Cyn");
  ben_.Moderate("lab", Action::kDemote, ben_);
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab = Ben (guest)", "lab = Ben (guest)", "lab = Cyn (host)"));
}

TEST_F(TwoSessionsTest, WithoutAnybodyElseNeitherIsDemoted) {
  ana_.Leave("lab");
  house_.Quiet();
  ben_.Moderate("lab", Action::kDemote, second_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden"));
}

TEST_F(TwoSessionsTest, ARemovalOfOneSessionDemotesTheOther) {
  ana_.Moderate("lab", Action::kKick, ben_);
  EXPECT_THAT(second_.Hears(), ElementsAre("lab = Ben (guest)", "lab - Ben (kicked)"));
  second_.Moderate("lab", Action::kTopic, "mine");
  EXPECT_THAT(second_.Hears(), ElementsAre("error forbidden"));
}

TEST_F(TwoSessionsTest, AHostWhoRemovesTheirOwnOtherSessionStaysHost) {
  ana_.Leave("lab");
  house_.GuestIn("lab", "Cyn");
  ben_.Moderate("lab", Action::kKick, second_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok", "lab - Ben (kicked)"));
  ben_.Moderate("lab", Action::kTopic, "mine");
  EXPECT_THAT(ben_.Hears(), Contains("ok"));
}

TEST_F(TwoSessionsTest, ASuccessorOrPromotedPersonIsHostInBothSessions) {
  Person cyn = house_.GuestIn("lab", "Cyn");
  ana_.Moderate("lab", Action::kDemote, ben_);
  ana_.Moderate("lab", Action::kPromote, second_);
  EXPECT_THAT(cyn.Hears(),
              ElementsAre("lab = Ben (guest)", "lab = Ben (guest)", "lab = Ben (host)", "lab = Ben (host)"));
  ana_.Moderate("lab", Action::kDemote, ben_);
  cyn.Leave("lab");
  house_.Quiet();
  ana_.Leave("lab");
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)", "lab = Ben (host)"));
}

TEST(HostsTest, TheLobbyHasNone) {
  House house;
  Person ana = house.GuestIn("lobby", "Ana");
  Person raw = house.RawPeer();
  ana.Hears();
  ana.Moderate("lobby", Action::kKick, raw);
  EXPECT_THAT(ana.Hears(), ElementsAre("error forbidden"));
}

}  // namespace
}  // namespace parley::test
