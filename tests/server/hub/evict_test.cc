// Rooms that nobody is in give way to new ones, and come back as they were.

#include <gmock/gmock.h>

#include <string>
#include <utility>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// A server that holds two rooms, besides the lobby.
class GiveWayTest : public testing::Test {
 protected:
  // Ana makes the room, says something there, and leaves.
  void Make(const std::string& room) {
    ana_.Join(room);
    ana_.Say(room, "in " + room);
    ana_.Leave(room);
  }

  House house_{{.max_rooms = 2}};
  Person ana_ = house_.Guest("Ana");
  Person ben_ = house_.Guest("Ben");
};

TEST_F(GiveWayTest, TheLeastRecentlyUsedRoomIsEvictedFirst) {
  Make("a");
  Make("b");
  EXPECT_THAT(house_.evicted(), IsEmpty());
  Make("c");
  EXPECT_THAT(house_.evicted(), ElementsAre("a"));
  Make("b");
  Make("d");
  EXPECT_THAT(house_.evicted(), ElementsAre("a", "c"));
  EXPECT_EQ(house_.hub().room_count(), 3U) << "and the lobby";
}

TEST_F(GiveWayTest, AnEvictedRoomReturnsWithItsMessagesAndSettings) {
  ana_.Join("Lab");
  ana_.Moderate("Lab", Action::kTopic, "Optics");
  ben_.Join("lab");
  ana_.Moderate("Lab", Action::kMute, ben_);
  Person cyn = house_.GuestIn("lab", "Cyn");
  ana_.Moderate("Lab", Action::kBan, cyn);
  ana_.Say("Lab", "hello");
  ben_.Leave("lab");
  ana_.Leave("Lab");
  Make("b");
  Make("c");
  ASSERT_THAT(house_.evicted(), Contains("lab"));
  house_.Quiet();
  cyn.Join("lab");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error forbidden"));
  ben_.Join("LAB");
  ben_.Say("lab", "may I?");
  EXPECT_THAT(ben_.Hears(), Contains("error muted"));
  ana_.Join("lab");
  const auto joined = ana_.Gets<protocol::Joined>();
  EXPECT_EQ(joined.room, "Lab");
  EXPECT_EQ(joined.topic, "Optics");
  EXPECT_EQ(joined.last, 1U);
}

TEST_F(GiveWayTest, WhileSettingsAreReadNothingIsDecidedWithoutThem) {
  ana_.Join("lab");
  ana_.Moderate("lab", Action::kPassword, "sesame");
  ana_.Leave("lab");
  Make("b");
  Make("c");
  ASSERT_THAT(house_.evicted(), Contains("lab"));
  house_.Quiet();
  Person cyn = house_.Guest("Cyn");
  house_.HoldLog();
  ben_.Join("lab");
  cyn.JoinWith("sesame", "lab");
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("error room_password"));
  EXPECT_THAT(cyn.Hears(), Contains(StartsWith("joined lab")));
}

TEST_F(GiveWayTest, AHostWhoLostTheConnectionIsStillAwaitedThere) {
  Person cyn = house_.GuestIn("lab", "Cyn");
  cyn.Vanish();
  Make("b");
  house_.Pass(limits::kHostAwaited / 2);
  Make("c");
  ASSERT_THAT(house_.evicted(), Contains("lab"));
  ben_.Join("lab");
  EXPECT_EQ(ben_.Gets<protocol::Joined>().role, protocol::Role::kGuest);
  Person again = house_.ReturnsTo("lab", cyn);
  EXPECT_EQ(again.Gets<protocol::Joined>().role, protocol::Role::kHost);
}

TEST_F(GiveWayTest, AHostWhoLostTheConnectionIsAwaitedThereNoLongerThanElsewhere) {
  Person cyn = house_.GuestIn("lab", "Cyn");
  cyn.Vanish();
  Make("b");
  Make("c");
  ASSERT_THAT(house_.evicted(), Contains("lab"));
  house_.Pass(limits::kHostAwaited);
  ben_.Join("lab");
  EXPECT_EQ(ben_.Gets<protocol::Joined>().role, protocol::Role::kHost);
}

TEST_F(GiveWayTest, TwoJoinsOfAnEvictedRoomAtOnceLoseNothing) {
  Make("lab");
  Make("b");
  Make("c");
  house_.Quiet();
  house_.HoldLog();
  ana_.Join("lab");
  ben_.Join("lab");
  house_.LetLog();
  ana_.Moderate("lab", Action::kTopic, "Optics");
  ana_.Leave("lab");
  ben_.Leave("lab");
  ben_.Join("lab");
  EXPECT_EQ(ben_.Gets<protocol::Joined>().topic, "Optics");
}

TEST_F(GiveWayTest, ARoomWithPeopleInItOrInFrontOfItStays) {
  ana_.Join("a");
  ana_.Moderate("a", Action::kWaitingRoom, "on");
  ben_.Join("b");
  Person cyn = house_.Guest("Cyn");
  cyn.Join("c");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error too_many_rooms"));
  cyn.Join("lobby");
  EXPECT_THAT(cyn.Hears(), Contains(StartsWith("joined lobby")));
  cyn.Join("a");
  EXPECT_THAT(cyn.Hears(), ElementsAre("error waiting"));
  ben_.Leave("b");
  cyn.Join("c");
  EXPECT_THAT(cyn.Hears(), Contains(StartsWith("joined c")));
}

TEST_F(GiveWayTest, ARoomOfTheConfigurationStays) {
  House house(
      {.listed_rooms = {{.name = *protocol::RoomName("set up"), .rules = {.listed = true}}}, .max_rooms = 1});
  Person ana = house.GuestIn("set up", "Ana");
  ana.Leave("set up");
  ana.Join("a");
  ana.Say("a", "hello");
  ana.Leave("a");
  ana.Join("b");
  EXPECT_THAT(house.evicted(), ElementsAre("a"));
  ana.Ask(protocol::Rooms{});
  EXPECT_THAT(ana.Hears(), Contains("rooms b:1 set up:0"));
}

// --- Who makes a room ---

TEST_F(GiveWayTest, JoiningAnEvictedRoomDoesNotCountAsMakingOne) {
  std::size_t made = 0;
  HubOptions options{.max_rooms = 2};
  options.may_make_room = [&](const std::string&, const Now&) { return ++made <= 3; };
  House house(std::move(options));
  Person ana = house.Guest("Ana");
  for (const char* room : {"a", "b", "c", "a", "b"}) {
    ana.Join(room);
    ana.Say(room, "hello");
    ana.Leave(room);
  }
  EXPECT_EQ(made, 3U);
  house.Quiet();
  ana.Join("d");
  EXPECT_THAT(ana.Hears(), ElementsAre("error too_many_rooms"));
  ana.Join("c");
  EXPECT_THAT(ana.Hears(), Contains(StartsWith("joined c")));
}

TEST_F(GiveWayTest, ARefusedJoinMakesNoRoom) {
  std::size_t made = 0;
  HubOptions options{.only_listed_rooms = true};
  options.may_make_room = [&](const std::string&, const Now&) { return ++made > 0; };
  House house(std::move(options));
  Person ana = house.Guest("Ana");
  ana.Join("a");
  EXPECT_THAT(ana.Hears(), ElementsAre("error forbidden"));
  EXPECT_EQ(made, 0U);
}

}  // namespace
}  // namespace parley::test
