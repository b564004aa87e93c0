// `room_info`: what people may know of a room before they join it, and that they learn nothing else.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

// What a stranger at that address is told of the room, by a connection that says no hello.
std::vector<std::string> Asks(House& house, const std::string& room, const std::string& address = "") {
  Person stranger = house.Connects(address);
  stranger.Ask(protocol::RoomInfo{room});
  std::vector<std::string> told = stranger.Hears();
  stranger.Vanish("left");
  return told;
}

HubOptions WithListed(const std::string& room, RoomRules rules) {
  rules.listed = true;
  HubOptions options;
  options.listed_rooms.push_back({.name = *protocol::RoomName(room), .rules = std::move(rules)});
  return options;
}

TEST(OutsideViewTest, ARoomThatAnybodyMayJoinTellsItsTopicAndWhoIsInside) {
  House house;
  Person ana = house.GuestIn("Lab", "Ana");
  house.GuestIn("Lab", "Ben");
  ana.Moderate("lab", Action::kTopic, "Week 3");
  house.Quiet();
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info Lab \"Week 3\" 2: Ana Ben"));
  EXPECT_THAT(ana.Hears(), IsEmpty()) << "nobody is told that somebody asked";
  Person cyn = house.Guest("Cyn");
  cyn.Ref("r").Ask(protocol::RoomInfo{"lab"});
  EXPECT_EQ(cyn.KindOfReply("r"), "room_info") << "also after hello";
}

TEST(OutsideViewTest, AtMostTwelvePeopleAreNamed) {
  House house;
  for (std::size_t i = 0; i <= limits::kListedMembers; ++i) house.GuestIn("lab", "P" + std::to_string(i));
  Person stranger = house.Connects();
  stranger.Ask(protocol::RoomInfo{"lab"});
  const auto info = stranger.Gets<protocol::RoomInfoReply>();
  EXPECT_EQ(info.members, limits::kListedMembers + 1);
  EXPECT_EQ(info.names.size(), limits::kNamesOutside);
  EXPECT_EQ(info.names.front(), "P0");
}

TEST(OutsideViewTest, WhereAHostMustAgreeNobodyIsNamedOrCounted) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kTopic, "Week 3");
  ana.Moderate("lab", Action::kWaitingRoom, "on");
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab \"Week 3\" waiting room"));
  ana.Moderate("lab", Action::kLock);
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab \"Week 3\" locked"));
  ana.Moderate("lab", Action::kUnlock);
  ana.Moderate("lab", Action::kWaitingRoom, "off");
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab \"Week 3\" 1: Ana"));
}

TEST(OutsideViewTest, WhereAGuestMayNotJoinNobodyIsNamedOrCounted) {
  House accounts(WithListed("lab", {.join = RoomRules::Join::kAccounts}));
  accounts.AccountIn("lab", "Ana");
  EXPECT_THAT(Asks(accounts, "lab"), ElementsAre("room_info lab"));
  House full(WithListed("lab", {.max_members = 1}));
  full.GuestIn("lab", "Ana");
  EXPECT_THAT(Asks(full, "lab"), ElementsAre("room_info lab"));
}

TEST(OutsideViewTest, AnAddressThatIsBannedIsToldOfNobody) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person eve = house.GuestIn("lab", "Eve", "198.51.100.7");
  ana.Ask(protocol::Moderate{"lab", Action::kBan, eve.id(), "address"});
  EXPECT_THAT(Asks(house, "lab", "198.51.100.7"), ElementsAre("room_info lab"));
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab 1: Ana"));
}

TEST(OutsideViewTest, NothingTellsAPrivateRoomFromOneThatDoesNotExist) {
  RoomSettings kept{.name = *protocol::RoomName("kept"), .topic = "Secret", .password = "sesame"};
  RoomSettings open{.name = *protocol::RoomName("open"), .topic = "Old"};
  House house({}, 1'000, {kept, open});
  Person ana = house.GuestIn("full", "Ana");
  ana.Moderate("full", Action::kPassword, "sesame");
  Person ben = house.GuestIn("left", "Ben");
  ben.Say("left", "so that it stays");
  ben.Leave("left");
  house.HoldLog();
  Person cyn = house.Guest("Cyn");
  cyn.Join("entering");
  for (const std::string room : {"full", "kept", "open", "left", "entering", "nowhere"}) {
    EXPECT_THAT(Asks(house, room), ElementsAre("room_info " + room + " untold, first is host"));
  }
}

TEST(OutsideViewTest, AServerWithoutGuestsTellsStrangersNothing) {
  House house({.guests = false, .ice_servers = {}});
  house.AccountIn("lab", "Ana");
  for (const std::string room : {"lab", "nowhere", "lobby"}) {
    EXPECT_THAT(Asks(house, room), ElementsAre("room_info " + room + " untold"));
  }
}

TEST(OutsideViewTest, TheInfoSaysWhetherTheFirstJoinerBecomesHost) {
  House house(WithListed("lab", {}));
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab 0:, first is host"));
  EXPECT_THAT(Asks(house, "lobby"), ElementsAre("room_info lobby 0:"));
  Person ana = house.GuestIn("lab", "Ana");
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab 1: Ana"));
  ana.Vanish();
  EXPECT_THAT(Asks(house, "lab"), ElementsAre("room_info lab 0:")) << "Ana is awaited";
  House with_hosts(WithListed("lab", {.hosts = {"ana"}}));
  EXPECT_THAT(Asks(with_hosts, "lab"), ElementsAre("room_info lab 0:"));
}

TEST(OutsideViewTest, WhereNoRoomIsMadeOnDemandNobodyIsToldSo) {
  HubOptions options = WithListed("lab", {});
  options.only_listed_rooms = true;
  House house(std::move(options));
  EXPECT_THAT(Asks(house, "nowhere"), ElementsAre("room_info nowhere untold"));
}

TEST(OutsideViewTest, AskingMakesNoRoomAndUsesNone) {
  int made = 0;
  HubOptions options = WithListed("listed", {});
  options.may_make_room = [&](const std::string&, const Now&) { return ++made > 0; };
  House house(std::move(options));
  const std::size_t before = house.hub().room_count();
  Person stranger = house.Connects();
  for (int i = 0; i < 100; ++i) stranger.Ask(protocol::RoomInfo{"room " + std::to_string(i)});
  EXPECT_EQ(house.hub().room_count(), before);
  EXPECT_EQ(made, 0);
  EXPECT_THAT(house.saves(), IsEmpty());
  EXPECT_FALSE(house.hub().IsWaiting(stranger.peer())) << "the log is not asked";
}

TEST(OutsideViewTest, ANameThatNoRoomCanHaveIsRefused) {
  House house;
  EXPECT_THAT(Asks(house, "no/room"), ElementsAre("error room_invalid"));
}

}  // namespace
}  // namespace parley::test
