// Rooms that the configuration names: who may join, who is host, how many fit; and the journal.

#include <gmock/gmock.h>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

ListedRoom Lab(RoomRules rules) {
  rules.listed = true;
  return {.name = *protocol::RoomName("Lab"), .rules = std::move(rules)};
}

HubOptions With(ListedRoom room) {
  HubOptions options;
  options.listed_rooms.push_back(std::move(room));
  return options;
}

TEST(ListedRoomsTest, AreThereBeforeAnybodyIsAndAfterEverybodyLeft) {
  ListedRoom lab = Lab({});
  lab.topic = "Mechanics";
  House house(With(std::move(lab)));
  Person ana = house.Guest("Ana");
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms Lab:0 \"Mechanics\""));
  ana.Join("lab");
  ana.Leave("lab");
  ana.Hears();
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms Lab:0 \"Mechanics\""));
}

TEST(ListedRoomsTest, TheConfigurationAppliesAtEachStart) {
  const RoomSettings kept{
      .name = *protocol::RoomName("lab"), .topic = "old", .password = "old", .locked = true};
  ListedRoom lab = Lab({.hosts = {"ana"}});
  lab.topic = "new";
  House house(With(std::move(lab)), 1'000, {kept});
  Person ana = house.Account("Ana");
  ana.JoinWith("old", "lab");
  const auto joined = ana.Gets<protocol::Joined>();
  EXPECT_EQ(joined.room, "Lab");
  EXPECT_EQ(joined.topic, "new");
  EXPECT_TRUE(joined.locked) << "it says nothing of that";
}

TEST(ListedRoomsTest, ARoomForMembersAsksGuestsToLogIn) {
  House house(With(Lab({.join = RoomRules::Join::kAccounts})));
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error login_required"));
  Person ana = house.Account("Ana");
  ana.Join("lab");
  EXPECT_THAT(ana.Hears(), Contains("joined Lab as host with Ana"));
}

TEST(ListedRoomsTest, ARoomForSomeTakesThemItsHostsAndAdmins) {
  House house(With(Lab({.join = RoomRules::Join::kNamed, .members = {"ben"}, .hosts = {"ana"}})));
  const auto outcome = [](Person person) {
    person.Join("lab");
    return person.Hears().front();
  };
  EXPECT_EQ(outcome(house.Account("Ben")), "joined Lab as member with Ben");
  EXPECT_EQ(outcome(house.Account("Cyn")), "error forbidden");
  EXPECT_EQ(outcome(house.Guest("Dan")), "error login_required");
  EXPECT_EQ(outcome(house.Account("Ana")), "joined Lab as host with Ben Ana");
  EXPECT_EQ(outcome(house.Account("Root", Role::kAdmin)), "joined Lab as admin with Ben Ana Root");
}

TEST(ListedRoomsTest, AGuestIsNotAHostByTheNameOfOne) {
  House house(With(Lab({.hosts = {"ana"}})));
  Person ana = house.Guest("Ana");
  ana.Join("lab");
  EXPECT_THAT(ana.Hears(), Contains("joined Lab as guest with Ana"));
}

TEST(ListedRoomsTest, WithNamedHostsNobodyElseBecomesHost) {
  House house(With(Lab({.hosts = {"ana"}})));
  Person ben = house.GuestIn("lab", "Ben");
  ben.Moderate("lab", Action::kLock);
  EXPECT_THAT(ben.Hears(), ElementsAre("error forbidden"));
  Person ana = house.AccountIn("lab", "Ana");
  ana.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("Lab - Ana (left)"));
  ben.Moderate("lab", Action::kLock);
  EXPECT_THAT(ben.Hears(), ElementsAre("error forbidden"));
}

TEST(ListedRoomsTest, AHostOfTheConfigurationPassesItsLockAndFindsRoom) {
  House house(With(Lab({.hosts = {"ana", "cyn"}, .max_members = 2})));
  Person ana = house.AccountIn("lab", "Ana");
  house.GuestIn("lab", "Ben");
  Person dan = house.Guest("Dan");
  dan.Join("lab");
  EXPECT_THAT(dan.Hears(), ElementsAre("error room_full"));
  ana.Moderate("lab", Action::kLock);
  Person cyn = house.Account("Cyn");
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), Contains("joined Lab as host with Ana Ben Cyn"));
}

TEST(ListedRoomsTest, AnEmptyWaitingRoomWithNamedHostsAdmitsNobodyElse) {
  ListedRoom lab = Lab({.hosts = {"ana"}});
  lab.waiting_room = true;
  House house(With(std::move(lab)));
  Person ana = house.AccountIn("lab", "Ana");
  ana.Leave("lab");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error waiting"));
  ana.Join("lab");
  const auto joined = ana.Gets<protocol::Joined>();
  ASSERT_TRUE(joined.waiting);
  EXPECT_EQ(joined.waiting->front().name, "Ben");
}

TEST(ListedRoomsTest, TheLastHostOfOneCanBeDemoted) {
  House house(With(Lab({.hosts = {"ana"}})));
  Person ana = house.AccountIn("lab", "Ana");
  Person root = house.AccountIn("lab", "Root", Role::kAdmin);
  root.Moderate("lab", Action::kDemote, ana);
  EXPECT_THAT(root.Hears(), ElementsAre("ok", "Lab = Ana (member)"));
}

TEST(ListedRoomsTest, WhereOnlyTheseRoomsAreNoOtherCanBeMade) {
  HubOptions options = With(Lab({}));
  options.only_listed_rooms = true;
  const RoomSettings kept{.name = *protocol::RoomName("old"), .topic = "from before"};
  House house(std::move(options), 1'000, {kept});
  Person ana = house.Account("Ana", Role::kAdmin);
  ana.Join("mine");
  ana.Join("old");
  EXPECT_THAT(ana.Hears(), ElementsAre("error forbidden", "error forbidden"));
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms Lab:0"));
  ana.Join("lobby");
  EXPECT_THAT(ana.Hears(), Contains("joined lobby as admin with Ana"));
}

TEST(ListedRoomsTest, TheLobbyCanBeForMembersAndThenTakesNoRawPeer) {
  ListedRoom lobby{.name = *protocol::RoomName("lobby"), .rules = {.join = RoomRules::Join::kAccounts}};
  House house(With(std::move(lobby)));
  EXPECT_THAT(house.RawPeer().Hears(),
              ElementsAre("closed: The lobby is for people with an account: use a client that can sign in."));
}

// --- Who is host by right, in any room ---

TEST(HostByRightTest, ATokenOfAHostMakesGuestsWhoStoodInStepDown) {
  House house;
  Person ben = house.GuestIn("lab", "Ben");
  Person teacher = house.Account("Teacher", Role::kHost);
  teacher.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Teacher (host)", "lab = Ben (guest)"));
  ben.Moderate("lab", Action::kMute, teacher);
  EXPECT_THAT(ben.Hears(), ElementsAre("error forbidden"));
  teacher.Moderate("lab", Action::kMute, ben);
  EXPECT_THAT(ben.Hears(), ElementsAre("lab = Ben (guest muted)", "lab quieted by Teacher until unmuted"));
}

TEST(HostByRightTest, APromotedHostDoesNotStepDown) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ana.Moderate("lab", Action::kPromote, ben);
  house.Quiet();
  Person teacher = house.Account("Teacher", Role::kHost);
  teacher.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Teacher (host)", "lab = Ana (guest)"));
}

TEST(HostByRightTest, AnAccountThatCameFirstStaysHost) {
  House house;
  Person ana = house.AccountIn("lab", "Ana");
  house.Account("Teacher", Role::kHost).Join("lab");
  EXPECT_THAT(ana.Hears(), ElementsAre("lab + Teacher (host)"));
}

TEST(HostByRightTest, AnAdminWhoComesMakesNobodyStepDown) {
  House house;
  Person ben = house.GuestIn("lab", "Ben");
  house.Account("Root", Role::kAdmin).Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("lab + Root (admin)"));
}

// --- The journal ---

TEST(JournalTest, SaysWhoCameAndWhoWentAndWhy) {
  HubOptions options;
  options.journal = true;
  House house(std::move(options));
  Person ana = house.Guest("Ana");
  ana.Join("Lab");
  EXPECT_TRUE(ana.Gets<protocol::Joined>().journal);
  Person ben = house.GuestIn("lab", "Ben");
  EXPECT_THAT(house.Visits(), ElementsAre("lab + Ana", "lab + Ben"));
  ana.Moderate("lab", Action::kKick, ben);
  ana.Vanish("lost");
  EXPECT_THAT(house.Visits(), ElementsAre("lab - Ben (kicked)", "lab - Ana (lost)"));
}

TEST(JournalTest, IsKeptOnlyWhereItIsAskedFor) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Join("lab");
  EXPECT_FALSE(ana.Gets<protocol::Joined>().journal);
  ana.Leave("lab");
  EXPECT_THAT(house.Visits(), IsEmpty());
}

}  // namespace
}  // namespace parley::test
