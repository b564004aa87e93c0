// What of a room the log is given to keep, and a room as it is after a restart.

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;

TEST(RoomsTest, SettingsOfHostsAreGivenToTheLog) {
  House house;
  Person ana = house.GuestIn("Lab", "Ana");
  Person ben = house.GuestIn("Lab", "Ben", "10.0.0.9");
  EXPECT_EQ(house.saves().size(), 1u) << "who is host";
  ana.Moderate("Lab", protocol::Action::kTopic, "today");
  ana.Moderate("Lab", protocol::Action::kPassword, "secret");
  ana.Moderate("Lab", protocol::Action::kLock);
  ana.Moderate("Lab", protocol::Action::kMute, ben);
  ana.Moderate("Lab", protocol::Action::kBan, ben);
  ASSERT_EQ(house.saves().size(), 6u);
  const RoomSettings& last = house.saves().back();
  EXPECT_EQ(last.name.shown, "Lab");
  EXPECT_EQ(last.topic, "today");
  EXPECT_EQ(last.password, "secret");
  EXPECT_TRUE(last.locked);
  ASSERT_EQ(last.bans.size(), 1u);
  EXPECT_EQ(last.bans.front().name.shown, "Ben");
  EXPECT_EQ(last.bans.front().by, "Ana");
  EXPECT_TRUE(last.bans.front().address.empty());
  EXPECT_EQ(last.known_hosts.all().size(), 1u);
  EXPECT_EQ(last.muted_identities.all().size(), 1u);
}

TEST(RoomsTest, ASucceedingHostIsStoredToo) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  house.GuestIn("lab", "Ben");
  ana.Moderate("lab", protocol::Action::kLock);
  ana.Leave("lab");
  EXPECT_EQ(house.saves().back().known_hosts.all().size(), 2u);
}

TEST(RoomsTest, TheOldestFormerHostIsForgottenWhenThereAreTooMany) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", protocol::Action::kTopic, "0");
  ana.Leave("lab");
  const auto another_comes_and_goes = [&](std::size_t i) {
    Person person = house.GuestIn("lab", "P" + std::to_string(i));
    person.Moderate("lab", protocol::Action::kTopic, std::to_string(i));
    person.Leave("lab");
  };
  for (std::size_t i = 1; i < limits::kBansPerRoom; ++i) another_comes_and_goes(i);
  const auto hosts = [&] { return house.saves().back().known_hosts; };
  const std::string oldest = hosts().all().front().identity;
  ASSERT_EQ(hosts().all().size(), limits::kBansPerRoom);
  another_comes_and_goes(limits::kBansPerRoom);
  EXPECT_EQ(hosts().all().size(), limits::kBansPerRoom);
  EXPECT_EQ(hosts().Find(oldest), nullptr);
}

TEST(RoomsTest, TheOldestMutedPersonIsForgottenWhenThereAreTooMany) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  for (std::size_t i = 0; i <= limits::kBansPerRoom; ++i) {
    Person person = house.GuestIn("lab", "P" + std::to_string(i));
    ana.Moderate("lab", protocol::Action::kMute, person);
    person.Leave("lab");
  }
  ana.Moderate("lab", protocol::Action::kTopic, "today");
  EXPECT_EQ(house.saves().back().muted_identities.all().size(), limits::kBansPerRoom);
}

TEST(RoomsTest, ARoomIsAsItWasBeforeARestart) {
  RoomSettings lab{.name = *protocol::RoomName("Lab"), .topic = "today", .locked = true};
  lab.known_hosts = {{.identity = "account:ana", .expected = true}};
  House house({}, 1'000, {lab});
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error room_locked"));
  Person ana = house.Connects();
  ana.ComeBack(
      house.accounts().Invite({.key = "account:ana", .name = *protocol::PersonName("Ana"), .only_room = {}}));
  ana.Join("lab");
  EXPECT_EQ(ana.Gets<protocol::Joined>().topic, "today");
}

TEST(RoomsTest, TheLobbyIsRestoredToo) {
  House house({}, 1'000, {{.name = *protocol::RoomName("lobby"), .topic = "welcome all"}});
  Person ana = house.Guest("Ana");
  ana.Join("lobby");
  EXPECT_EQ(ana.Gets<protocol::Joined>().topic, "welcome all");
}

}  // namespace
}  // namespace parley::test
