// The room in front of a room: who waits there, who is asked, and who is let in.

#include "tests/server/hub/waiting_room.h"

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(WaitingRoomTest, AJoiningPersonWaitsAndTheHostIsNotified) {
  Person ben = house_.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab waiting: Ben"));
  Person cyn = house_.Guest("Cyn");
  cyn.Join("lab");
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab waiting: Ben Cyn"));
  ben.Say("lab", "let me in");
  EXPECT_THAT(ben.Hears(), ElementsAre("error not_in_room"));
}

TEST_F(WaitingRoomTest, APersonWhoAsksAgainIsNotAnnouncedAgain) {
  Person ben = Waiting("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

// A client finds the answer to its own request without folding names as the server does.
TEST_F(WaitingRoomTest, RepliesToThoseWhoWaitHaveTheNameThatTheyAskedFor) {
  Person ben = house_.Guest("Ben");
  ben.Join("\uff2cAB");
  EXPECT_EQ(ben.Gets<protocol::Error>().room, "\uff2cAB");
  ben.Join("Lab");
  EXPECT_EQ(ben.Gets<protocol::Error>().room, "Lab");
  Person cyn = house_.Guest("Cyn");
  cyn.Join("LAB");
  cyn.Hears();
  ana_.Moderate("lab", Action::kAdmit, ben);
  EXPECT_EQ(ben.Gets<protocol::Admission>().room, "Lab") << "the newest spelling";
  ana_.Moderate("lab", Action::kRefuse, cyn);
  EXPECT_EQ(cyn.Gets<protocol::Admission>().room, "LAB");
}

TEST_F(WaitingRoomTest, OtherErrorsOfAJoinNameNoRoom) {
  ana_.Moderate("lab", Action::kWaitingRoom, "off");
  ana_.Moderate("lab", Action::kLock);
  Person ben = house_.Guest("Ben");
  ben.Join("LAB");
  EXPECT_EQ(ben.Gets<protocol::Error>().room, "");
}

TEST_F(WaitingRoomTest, AnAdmittedPersonMayJoinAndReturn) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab waiting:"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("joined lab as guest with Ana Ben", "lab + Ben (guest)"));
  ben.Leave("lab");
  ben.Hears();
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as guest with Ana Ben"));
}

TEST_F(WaitingRoomTest, AnAdmittedPersonMayReturnOnAnotherConnection) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Vanish();
  Person again = house_.ReturnsTo("lab", ben);
  EXPECT_THAT(again.Hears(), Contains("joined lab as guest with Ana Ben"));
}

TEST_F(WaitingRoomTest, ADeniedPersonIsNotifiedAndMayAskAgain) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kRefuse, ben);
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab waiting: Cyn"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab refuses"));
  EXPECT_THAT(cyn.Hears(), IsEmpty());
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, APersonWhoDoesNotWaitCannotBeAdmittedOrDenied) {
  Person ben = Waiting("Ben");
  ben.Vanish();
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab waiting:"));
  ana_.Moderate("lab", Action::kAdmit, ben);
  ana_.Moderate("lab", Action::kRefuse, ana_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_member", "error no_such_member"));
}

TEST_F(WaitingRoomTest, OnlyHostsAndAdminsHearWhoWaits) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Join("lab");
  Person root = house_.AccountIn("lab", "Root", Role::kAdmin);
  Waiting("Cyn");
  Person dan = house_.Guest("Dan");
  dan.Join("lab");
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab waiting: Cyn Dan"));
  EXPECT_THAT(root.Hears(), ElementsAre("lab waiting: Cyn Dan"));
  EXPECT_THAT(ben.Hears(), IsEmpty());
}

TEST_F(WaitingRoomTest, ANewHostIsToldWhoWaits) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Join("lab");
  Waiting("Cyn");
  ana_.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab - Ana (left)", "lab = Ben (host)", "lab waiting: Cyn"));
}

TEST_F(WaitingRoomTest, JoinedListsWaitingPeopleForHostsOnly) {
  Waiting("Ben");
  Person root = house_.Account("Root", Role::kAdmin);
  root.Join("lab");
  const auto joined = root.Gets<protocol::Joined>();
  EXPECT_TRUE(joined.waiting_room);
  ASSERT_TRUE(joined.waiting);
  ASSERT_EQ(joined.waiting->size(), 1U);
  EXPECT_EQ(joined.waiting->front().name, "Ben");
  EXPECT_EQ(joined.waiting->front().role, Role::kGuest);

  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kAdmit, cyn);
  cyn.Join("lab");
  const auto of_guest = cyn.Gets<protocol::Joined>();
  EXPECT_TRUE(of_guest.waiting_room);
  EXPECT_FALSE(of_guest.waiting);
}

TEST_F(WaitingRoomTest, AHostByRightDoesNotWait) {
  Person teacher = house_.Account("Teacher", Role::kHost);
  teacher.Join("lab");
  EXPECT_THAT(teacher.Hears(), Contains("joined lab as host with Ana Teacher"));
}

TEST_F(WaitingRoomTest, AMemberFromBeforeItWasSwitchedOnMayReturn) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kWaitingRoom, "on");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab is with waiting room"));
  ben.Leave("lab");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as guest with Ana Ben"));
}

TEST_F(WaitingRoomTest, SwitchingItOffAdmitsEverybodyWhoWaits) {
  Person ben = Waiting("Ben");
  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kWaitingRoom, "off");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok", "lab is without waiting room", "lab waiting:"));
  EXPECT_THAT(ben.Hears(), ElementsAre("lab lets in"));
  EXPECT_THAT(cyn.Hears(), ElementsAre("lab lets in"));
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), Contains("joined lab as guest with Ana Cyn"));
}

TEST_F(WaitingRoomTest, ARemovedMemberWaitsAgain) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Join("lab");
  ana_.Moderate("lab", Action::kKick, ben);
  ben.Hears();
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, AnAdmissionEndsWhenTheRoomEmpties) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Join("lab");
  ben.Leave("lab");
  ana_.Leave("lab");
  ana_.Join("lab");
  house_.Quiet();
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, APasswordIsAskedForFirst) {
  ana_.Moderate("lab", Action::kPassword, "sesame");
  house_.Quiet();
  Person ben = house_.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error room_password"));
  EXPECT_THAT(ana_.Hears(), IsEmpty()) << "nobody is asked about one who has no password";
  ben.JoinWith("sesame", "lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, TheNumberOfWaitingPeopleIsLimited) {
  for (std::size_t i = 0; i < limits::kWaitingPerRoom; ++i) Waiting("guest " + std::to_string(i));
  Person late = house_.Guest("late");
  late.Join("lab");
  EXPECT_THAT(late.Hears(), ElementsAre("error room_full"));
}

TEST_F(WaitingRoomTest, WhenTooManyAreAdmittedThoseWhoLeftMustWaitAgain) {
  Person ben = Waiting("Ben");
  ana_.Moderate("lab", Action::kAdmit, ben);
  ben.Join("lab");
  const auto another_comes_and_goes = [&](std::size_t i) {
    Person guest = Waiting("G" + std::to_string(i));
    ana_.Moderate("lab", Action::kAdmit, guest);
    guest.Vanish();
  };
  Person cyn = Waiting("Cyn");
  ana_.Moderate("lab", Action::kAdmit, cyn);
  // Ana and Ben are in, and Cyn may come back.
  for (std::size_t i = 1; i < limits::kAdmittedPerRoom; ++i) another_comes_and_goes(i);
  cyn.Join("lab");
  cyn.Leave("lab");
  house_.Quiet();
  another_comes_and_goes(limits::kAdmittedPerRoom);
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error waiting"));
  ben.Leave("lab");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as guest with Ana Ben"));
}

TEST_F(WaitingRoomTest, AWaitingRoomOutlivesARestart) {
  House later({}, 1'000, {house_.saves().back()});
  later.Account("Teacher");
  Person ben = later.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
}

TEST_F(WaitingRoomTest, AnEmptyWaitingRoomMakesTheFirstJoinerHost) {
  ana_.Leave("lab");
  Person ben = house_.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), Contains("joined lab as host with Ben"));
}

}  // namespace
}  // namespace parley::test
