// Between a join and its seat the log is read, and others act: what was allowed is looked at again.

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// Ben's join of the room "lab" is on its way through the log.
class SeatingTest : public testing::Test {
 protected:
  void BenJoins() {
    house_.HoldLog();
    ben_.Ref("j").Join("lab");
    ASSERT_THAT(ben_.Hears(), IsEmpty());
  }
  std::vector<std::string> BenHearsThen() {
    house_.LetLog();
    return ben_.Hears();
  }

  House house_;
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.Guest("Ben");
};

TEST_F(SeatingTest, AJoinerIsRefusedWhereTheRoomIsLockedMeanwhile) {
  BenJoins();
  ana_.Moderate("lab", Action::kLock);
  EXPECT_THAT(BenHearsThen(), ElementsAre("j: error room_locked"));
  EXPECT_THAT(ana_.Hears(), Not(Contains(StartsWith("lab + Ben"))));
}

TEST_F(SeatingTest, AJoinerIsRefusedWhereAPasswordIsSetMeanwhile) {
  BenJoins();
  ana_.Moderate("lab", Action::kPassword, "sesame");
  EXPECT_THAT(BenHearsThen(), ElementsAre("j: error room_password"));
}

TEST_F(SeatingTest, ThePasswordThatCameWithTheJoinIsTheOneThatCounts) {
  ana_.Moderate("lab", Action::kPassword, "sesame");
  house_.HoldLog();
  ben_.JoinWith("sesame", "lab");
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), Contains(StartsWith("joined lab")));
  Person cyn = house_.Guest("Cyn");
  house_.HoldLog();
  cyn.JoinWith("sesame", "lab");
  ana_.Moderate("lab", Action::kPassword, "another");
  house_.LetLog();
  EXPECT_THAT(cyn.Hears(), ElementsAre("error room_password"));
}

TEST_F(SeatingTest, AJoinerWaitsWhereAWaitingRoomIsOpenedMeanwhile) {
  BenJoins();
  ana_.Moderate("lab", Action::kWaitingRoom, "on");
  EXPECT_THAT(BenHearsThen(), ElementsAre("j: error waiting"));
  EXPECT_THAT(ana_.Hears(), Contains("lab waiting: Ben"));
  ana_.Moderate("lab", Action::kAdmit, ben_);
  ben_.Join("lab");
  EXPECT_THAT(ben_.Hears(), Contains(StartsWith("joined lab")));
}

TEST_F(SeatingTest, ARemovedMemberReadsNoMoreHistory) {
  ben_.Join("lab");
  ana_.Say("lab", "hello");
  house_.Quiet();
  house_.HoldLog();
  ben_.Ref("h").Ask(protocol::History{"lab", {}, {}, 50});
  ana_.Moderate("lab", Action::kKick, ben_);
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab - Ben (kicked)", "h: error not_in_room"));
}

// How many of those who joined at the same moment are in.
int CountJoined(std::vector<Person>& people) {
  return static_cast<int>(std::ranges::count_if(people, [](Person& person) {
    const auto heard = person.Hears();
    return std::ranges::any_of(heard, [](const std::string& word) { return word.starts_with("joined"); });
  }));
}

std::vector<Person> AllJoinAtOnce(House& house, const std::string& room, int count) {
  std::vector<Person> people;
  for (int i = 0; i < count; ++i) people.push_back(house.Guest("P" + std::to_string(i)));
  house.HoldLog();
  for (Person& person : people) person.Join(room);
  house.LetLog();
  return people;
}

TEST(SeatingAtOnceTest, ARoomOfTwoTakesTwoOfTwenty) {
  HubOptions options;
  options.listed_rooms = {{.name = *protocol::RoomName("pair"), .rules = {.listed = true, .max_members = 2}}};
  House house(std::move(options));
  auto people = AllJoinAtOnce(house, "pair", 20);
  EXPECT_EQ(CountJoined(people), 2);
}

TEST(SeatingAtOnceTest, AnEmptyLockedRoomAdmitsOnlyTheFirst) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kLock);
  ana.Leave("lab");
  auto people = AllJoinAtOnce(house, "lab", 2);
  EXPECT_THAT(people[0].Hears(), Contains("joined lab as host with P0"));
  EXPECT_THAT(people[1].Hears(), ElementsAre("error room_locked"));
}

TEST(SeatingAtOnceTest, AnEmptyRoomWithAWaitingRoomAdmitsOnlyTheFirst) {
  House house;
  Person ana = house.GuestIn("lab", "Ana");
  ana.Moderate("lab", Action::kWaitingRoom, "on");
  ana.Leave("lab");
  auto people = AllJoinAtOnce(house, "lab", 2);
  EXPECT_THAT(people[0].Hears(), Contains("joined lab as host with P0"));
  EXPECT_THAT(people[1].Hears(), ElementsAre("error waiting"));
}

}  // namespace
}  // namespace parley::test
