// The limits of rooms: how many a peer may be in, how many the server has, how many members one takes.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;

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

TEST(RoomsTest, AFullRoomRefusesAJoin) {
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

}  // namespace
}  // namespace parley::test
