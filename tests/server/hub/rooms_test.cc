// Coming and going: join, leave, what a room is told, what a room lists.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<protocol::Sequence> Numbers(const std::vector<protocol::MessageEvent>& messages) {
  std::vector<protocol::Sequence> numbers;
  for (const auto& message : messages) numbers.push_back(message.seq);
  return numbers;
}

std::vector<protocol::Sequence> FromTo(protocol::Sequence first, protocol::Sequence last) {
  std::vector<protocol::Sequence> numbers;
  for (auto seq = first; seq <= last; ++seq) numbers.push_back(seq);
  return numbers;
}

void SayMany(Person& person, const std::string& room, int count) {
  for (int i = 1; i <= count; ++i) person.Say(room, "no. " + std::to_string(i));
}

TEST(RoomsTest, TheJoinerHearsJoinedThenThatItCame) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  ben.Ref("j").Join("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("j: joined lab as guest with Ana Ben", "lab + Ben (guest)"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab + Ben (guest)"));
}

TEST(RoomsTest, JoinedSaysHowTheRoomIs) {
  House house({.ice_servers = [](std::string_view member, WallTime now) {
    return std::vector<protocol::IceServer>{{"stun:stun.example", std::string(member), FormatTime(now)}};
  }});
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kTopic, "Optics");
  ana.Moderate("lab", Action::kLock);
  SayMany(ana, "lab", 3);
  ana.Leave("lab");
  ana.Join("lab");
  const auto joined = ana.Gets<protocol::Joined>();
  EXPECT_EQ(joined.room, "lab");
  EXPECT_EQ(joined.topic, "Optics");
  EXPECT_TRUE(joined.locked);
  EXPECT_EQ(joined.role, protocol::Role::kHost);
  EXPECT_EQ(joined.media, "mesh");
  EXPECT_EQ(joined.count, 1u);
  EXPECT_EQ(joined.last, 3u);
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
  ASSERT_EQ(joined.members.size(), 1u);
  EXPECT_EQ(joined.members[0].id, ana.id());
  ASSERT_EQ(joined.ice_servers.size(), 1u);
  EXPECT_EQ(joined.ice_servers[0].url, "stun:stun.example");
  EXPECT_EQ(joined.ice_servers[0].username, ana.id()) << "made for this member";
  EXPECT_EQ(joined.ice_servers[0].credential, FormatTime(house.now().wall));
  EXPECT_EQ(Numbers(joined.messages), FromTo(1, 3));
}

TEST(RoomsTest, ARoomKeepsTheSpellingOfWhoMadeIt) {
  House house;
  house.GuestIn("Caf\u00e9", "Ana");
  Person ben = house.Guest("Ben");
  ben.Join("CAFE\u0301");
  EXPECT_THAT(ben.Hears(), ElementsAre("joined Caf\u00e9 as guest with Ana Ben", "Caf\u00e9 + Ben (guest)"));
  ben.Say("caf\u00e9", "hi");
  EXPECT_THAT(ben.Hears(), ElementsAre("ok Caf\u00e9 #1"));
  ben.Join("caf\u00e9");
  EXPECT_THAT(ben.Hears(), ElementsAre("error already_in_room"));
}

TEST(RoomsTest, ANameThatIsNoneMakesNoRoom) {
  House house;
  Person ana = house.Guest("Ana");
  for (const auto& name : {std::string("a/b"), std::string(" lab"), std::string(), std::string(65, 'x')}) {
    ana.Join(name);
    EXPECT_THAT(ana.Hears(), ElementsAre("error room_invalid")) << name;
  }
}

// --- What of the room's past a joiner gets ---

class SinceTest : public testing::Test {
 protected:
  SinceTest() { SayMany(ana_, "lab", 300); }
  protocol::Joined JoinSince(std::optional<protocol::Sequence> since) {
    ben_.Join("lab", since);
    const auto joined = ben_.Gets<protocol::Joined>();
    ben_.Leave("lab");
    return joined;
  }

  House house_{{}, 280};  // 1 to 20 are no longer kept
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.Guest("Ben");
};

TEST_F(SinceTest, WithoutItTheNewestFifty) {
  const auto joined = JoinSince({});
  EXPECT_EQ(Numbers(joined.messages), FromTo(251, 300));
  EXPECT_TRUE(joined.more);
  EXPECT_FALSE(joined.gap);
  EXPECT_EQ(joined.last, 300u);
}

TEST_F(SinceTest, WithItWhatCameAfterOldestFirst) {
  const auto joined = JoinSince(290);
  EXPECT_EQ(Numbers(joined.messages), FromTo(291, 300));
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
}

TEST_F(SinceTest, AtMostTwoHundredAndMoreByHistory) {
  const auto joined = JoinSince(50);
  EXPECT_EQ(Numbers(joined.messages), FromTo(51, 250));
  EXPECT_TRUE(joined.more);
  EXPECT_EQ(joined.last, 300u);
  ben_.Join("lab");
  ben_.Ask(protocol::History{"lab", {}, 250, 200});
  const auto history = ben_.Gets<protocol::HistoryReply>();
  EXPECT_EQ(Numbers(history.messages), FromTo(251, 300));
  EXPECT_FALSE(history.more);
}

TEST_F(SinceTest, AGapIsToldWhereMessagesAfterItAreNoLongerKept) {
  EXPECT_TRUE(JoinSince(0).gap);
  EXPECT_TRUE(JoinSince(19).gap);
  EXPECT_EQ(Numbers(JoinSince(19).messages).front(), 21u);
  EXPECT_FALSE(JoinSince(20).gap) << "21 is the first one kept";
}

TEST_F(SinceTest, BeyondTheEndCountsAsTheEnd) {
  for (const protocol::Sequence since :
       {protocol::Sequence{300}, protocol::Sequence{301}, ~protocol::Sequence{0}}) {
    const auto joined = JoinSince(since);
    EXPECT_THAT(joined.messages, IsEmpty());
    EXPECT_FALSE(joined.more);
    EXPECT_FALSE(joined.gap);
    EXPECT_EQ(joined.last, 300u);
  }
}

TEST_F(SinceTest, OnesOwnMessagesAreAmongThem) {
  ana_.Leave("lab");
  ana_.Join("lab", 299);
  EXPECT_EQ(Numbers(ana_.Gets<protocol::Joined>().messages), FromTo(300, 300));
}

TEST(RoomsTest, AnEmptyRoomHasNoMessagesAndNoGap) {
  House house;
  Person ana = house.Guest("Ana");
  ana.Join("lab", 7);
  const auto joined = ana.Gets<protocol::Joined>();
  EXPECT_THAT(joined.messages, IsEmpty());
  EXPECT_FALSE(joined.more);
  EXPECT_FALSE(joined.gap);
  EXPECT_EQ(joined.last, 0u);
}

// --- Going ---

TEST(RoomsTest, WhoLeavesGetsOkAndTheOthersAreTold) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("lab", "Ben");
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("ok"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab - Ben (left)"));
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error not_in_room"));
}

TEST(RoomsTest, ALostConnectionLeavesEveryRoom) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Join("lobby");
  Person ben = house.GuestIn("lab", "Ben");
  ben.Join("lobby");
  house.Quiet();
  ben.Vanish("lost");
  EXPECT_THAT(ana.Hears(), testing::UnorderedElementsAre("lab - Ben (lost)", "lobby - Ben (lost)"));
}

TEST(RoomsTest, NobodyHearsOfARoomTheyAreNotIn) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.GuestIn("den", "Ben");
  ben.Say("den", "hi");
  ben.Leave("den");
  EXPECT_THAT(ana.Hears(), IsEmpty());
}

TEST(RoomsTest, AnEmptyRoomIsForgottenUnlessSomethingWasSaidOrSet) {
  House house;
  Person ana = house.GuestIn("empty", "Ana");
  for (const char* room : {"said", "named", "locked"}) ana.Join(room);
  ana.Say("said", "hi");
  ana.Moderate("named", Action::kTopic, "Optics");
  ana.Moderate("locked", Action::kLock);
  ana.Vanish();
  house.Pass(limits::kHostAwaited);
  EXPECT_EQ(house.hub().room_count(), 4U) << "and the lobby";
}

TEST(RoomsTest, ALockedRoomThatEverybodyLeftLetsTheFirstOneInAsHost) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kLock);
  ana.Leave("lab");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  const auto joined = ben.Gets<protocol::Joined>();
  EXPECT_TRUE(joined.locked);
  EXPECT_EQ(joined.role, protocol::Role::kHost);
  Person cyd = house.Guest("Cyd");
  cyd.Ref("j").Join("lab");
  EXPECT_THAT(cyd.Hears(), ElementsAre(testing::HasSubstr("room_locked")));
}

TEST(RoomsTest, RoomsListsAllButThoseWithAPassword) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Join("secret");
  ana.Moderate("secret", Action::kPassword, "x");
  house.RawPeer();
  Person ben = house.GuestIn("lab", "Ben");
  ben.Ask(protocol::Rooms{});
  EXPECT_THAT(ben.Hears(), ElementsAre("rooms lab:2 lobby:1"));
}

TEST(RoomsTest, WhoLeavesInFrontOfTheDoorWaitsNoMore) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kWaitingRoom, "on");
  Person ben = house.Guest("Ben");
  ben.Join("lab");
  ana.Hears();
  ben.Hears();
  ben.Say("lab", "hello");
  ben.Leave("lab");
  ben.Leave("lab");
  EXPECT_THAT(ben.Hears(), ElementsAre("error not_in_room", "ok", "error not_in_room"));
  EXPECT_THAT(ana.Gets<protocol::WaitingEvent>().people, IsEmpty());
}

// --- Limits ---

TEST(RoomsTest, OnePeerIsInThirtyTwoRoomsAtMost) {
  House house;
  Person ana = house.Guest("Ana");
  for (int i = 0; i < 32; ++i) ana.Join("room " + std::to_string(i));
  ana.Hears();
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), ElementsAre("error too_many_rooms"));
  ana.Leave("room 7");
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), ElementsAre("ok", "joined one more as host with Ana", "one more + Ana (host)"));
}

TEST(RoomsTest, TheServerHasSoManyRoomsWithPeopleInThemAndNoMore) {
  House house;
  std::vector<Person> people;
  for (std::size_t i = 0; i < limits::kRooms; ++i) {
    if (i % limits::kRoomsPerPeer == 0) people.push_back(house.Guest("P" + std::to_string(i)));
    people.back().Join("room " + std::to_string(i));
  }
  house.Quiet();
  Person ana = house.Guest("Ana");
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), ElementsAre("error too_many_rooms"));
  people.back().Leave("room 9999");
  ana.Join("one more");
  EXPECT_THAT(ana.Hears(), ElementsAre("joined one more as host with Ana", "one more + Ana (host)"));
}

TEST(RoomsTest, ARoomThatIsFullIsToldSo) {
  House house;
  Person first = house.RawPeer();  // raw peers fill a lobby fast
  for (std::size_t i = 1; i < limits::kRoomMembers; ++i) house.RawPeer();
  Person ana = house.Guest("Ana");
  ana.Join("lobby");
  EXPECT_THAT(ana.Hears(), ElementsAre("error room_full"));
  EXPECT_THAT(house.RawPeer().Hears(), ElementsAre("closed: The lobby is full."));
  first.Vanish();
  ana.Join("lobby");
  EXPECT_EQ(ana.Gets<protocol::Joined>().count, limits::kRoomMembers);
}

// --- Joins on their way through the log ---

TEST(RoomsTest, AJoinThatCannotBeReadIsInternalAndLeavesNoRoomBehind) {
  House house;
  Person ana = house.Guest("Ana");
  house.FailLog();
  ana.Ref("j").Join("lab");
  EXPECT_THAT(ana.Hears(), ElementsAre("j: error internal"));
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms"));
  ana.Join("lab");
  EXPECT_THAT(ana.Hears(), ElementsAre("joined lab as host with Ana", "lab + Ana (host)"));
}

TEST(RoomsTest, WhoVanishesWhileJoiningWasNeverThere) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ben.Join("lab");
  ben.Join("den");
  ben.Vanish();
  house.LetLog();
  EXPECT_THAT(ana.Hears(), IsEmpty());
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), ElementsAre("rooms lab:1"));
}

TEST(RoomsTest, AJoinUnderWayKeepsItsRoomWhileTheLastMemberLeaves) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ben.Join("lab");
  ana.Leave("lab");
  house.LetLog();
  EXPECT_THAT(ben.Hears(), ElementsAre("joined lab as host with Ben", "lab + Ben (host)"));
}

TEST(RoomsTest, WhoIsBannedWhileJoiningDoesNotGetIn) {
  House house;
  Person host = house.GuestIn("lab", "Hana");
  Person ben = house.GuestIn("lab", "Ben");
  Person again = house.Connects();
  again.ComeBack(ben.token());
  house.Quiet();
  house.HoldLog();
  again.Ref("j").Join("lab");
  host.Moderate("lab", Action::kBan, ben);
  house.LetLog();
  EXPECT_THAT(again.Hears(), ElementsAre("j: error forbidden"));
  EXPECT_THAT(host.Hears(), ElementsAre("ok", "lab - Ben (banned)"));
}

TEST(RoomsTest, EachMessageReachesAJoinerOnceInTheReplyOrAfterIt) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  Person ben = house.Guest("Ben");
  house.HoldLog();
  ana.Say("lab", "before");
  ben.Join("lab", 0);
  ana.Say("lab", "after");
  house.LetLog();
  const auto joined = [&] {
    ben.Leave("lab");
    ben.Join("lab", 0);
    return ben.Gets<protocol::Joined>();
  };
  EXPECT_THAT(ben.Hears(),
              ElementsAre("joined lab as guest with Ana Ben", "lab + Ben (guest)", "lab #2 Ana: after"));
  EXPECT_EQ(Numbers(joined().messages), FromTo(1, 2));
}

// --- Beyond a restart ---

TEST(RoomsTest, WhatHostsSetUpIsGivenToTheLogToKeep) {
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

TEST(RoomsTest, AFollowingHostIsKeptToo) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  house.GuestIn("lab", "Ben");
  ana.Moderate("lab", protocol::Action::kLock);
  ana.Leave("lab");
  EXPECT_EQ(house.saves().back().known_hosts.all().size(), 2u);
}

TEST(RoomsTest, OfThoseWhoWereHostTheOldestIsForgottenWhenThereAreTooMany) {
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

TEST(RoomsTest, OfThoseWhoAreMutedTheOldestIsForgottenWhenThereAreTooMany) {
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
