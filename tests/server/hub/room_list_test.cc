// `rooms`: which rooms are listed, in which order, and how one goes on behind a page.

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Rooms;
using testing::ElementsAre;

class RoomListTest : public testing::Test {
 protected:
  // So many guests in the room, which do not leave.
  void Fill(const std::string& room, int people) {
    for (int i = 0; i < people; ++i) house_.GuestIn(room, "P" + std::to_string(next_++));
  }
  std::vector<std::string> Lists(Rooms rooms) {
    ana_.Ask(std::move(rooms));
    return ana_.Hears();
  }

  House house_;
  Person ana_ = house_.Guest("Ana");
  int next_ = 0;
};

TEST_F(RoomListTest, TheLargestComeFirstThenByNameHoweverItIsSpelt) {
  Fill("b", 1);
  Fill("C", 1);
  Fill("a", 1);
  Fill("z", 3);
  Fill("y", 2);
  EXPECT_THAT(Lists({}), ElementsAre("rooms z:3 y:2 a:1 b:1 C:1"));
}

TEST_F(RoomListTest, TheOrderFollowsWhoComesAndGoes) {
  Person ben = house_.GuestIn("a", "Ben");
  Fill("a", 1);
  Fill("b", 1);
  EXPECT_THAT(Lists({}), ElementsAre("rooms a:2 b:1"));
  ben.Leave("a");
  ben.Join("b");
  EXPECT_THAT(Lists({}), ElementsAre("rooms b:2 a:1"));
  ben.Vanish();
  EXPECT_THAT(Lists({}), ElementsAre("rooms a:1 b:1"));
}

TEST_F(RoomListTest, AWordIsLookedForInNamesAndTopicsHoweverItIsWritten) {
  Person ben = house_.GuestIn("Physics", "Ben");
  ben.Join("den");
  ben.Moderate("den", Action::kTopic, "Stra\u00dfe and PHYSICS");
  ben.Join("other");
  ben.Hears();
  EXPECT_THAT(Lists({.query = "phys"}), ElementsAre("rooms den:1 \"Stra\u00dfe and PHYSICS\" Physics:1"));
  EXPECT_THAT(Lists({.query = "STRASSE"}), ElementsAre("rooms den:1 \"Stra\u00dfe and PHYSICS\""));
  EXPECT_THAT(Lists({.query = "chemistry"}), ElementsAre("rooms"));
  EXPECT_THAT(Lists({.query = ""}), ElementsAre("rooms den:1 \"Stra\u00dfe and PHYSICS\" other:1 Physics:1"));
  ben.Moderate("den", Action::kTopic, "");
  EXPECT_THAT(Lists({.query = "strasse"}), ElementsAre("rooms"));
}

TEST_F(RoomListTest, OnePageGoesOnBehindTheOtherUntilThereAreNoMore) {
  for (const char* room : {"a", "b", "c", "d", "e"}) Fill(room, 1);
  EXPECT_THAT(Lists({.limit = 2}), ElementsAre("rooms a:1 b:1 and more"));
  EXPECT_THAT(Lists({.limit = 2, .after = "B"}), ElementsAre("rooms c:1 d:1 and more"));
  EXPECT_THAT(Lists({.limit = 2, .after = "d"}), ElementsAre("rooms e:1"));
  EXPECT_THAT(Lists({.limit = 3, .after = "b"}), ElementsAre("rooms c:1 d:1 e:1"));
  EXPECT_THAT(Lists({.query = "e", .limit = 1}), ElementsAre("rooms e:1"));
}

TEST_F(RoomListTest, BehindARoomThatIsGoneTheListStartsAtTheBeginning) {
  Fill("a", 1);
  Person ben = house_.GuestIn("b", "Ben");
  Fill("c", 1);
  ben.Leave("b");
  ben.Hears();
  EXPECT_THAT(Lists({.after = "b"}), ElementsAre("rooms a:1 c:1"));
  EXPECT_THAT(Lists({.after = "a/b"}), ElementsAre("rooms a:1 c:1"));
  Fill("secret", 1);
  ben.Join("secret");
  EXPECT_THAT(Lists({.after = "a"}), ElementsAre("rooms c:1"));
}

TEST_F(RoomListTest, ARoomIsListedWhileItHasNoPassword) {
  Person ben = house_.GuestIn("lab", "Ben");
  ben.Moderate("lab", Action::kPassword, "x");
  EXPECT_THAT(Lists({}), ElementsAre("rooms"));
  ben.Moderate("lab", Action::kPassword, "");
  EXPECT_THAT(Lists({}), ElementsAre("rooms lab:1"));
}

TEST_F(RoomListTest, ARoomThatNobodyIsInIsNotListed) {
  Person ben = house_.GuestIn("lab", "Ben");
  ben.Moderate("lab", Action::kTopic, "Optics");
  EXPECT_THAT(Lists({}), ElementsAre("rooms lab:1 \"Optics\""));
  ben.Leave("lab");
  EXPECT_THAT(Lists({}), ElementsAre("rooms"));
}

// Two hundred rooms with the longest topics, each byte of which takes six in JSON.
TEST_F(RoomListTest, OneReplyIsBoundedInBytesToo) {
  const std::string topic(limits::kTopicBytes, '\x01');
  std::vector<Person> people;
  for (std::size_t i = 0; i < limits::kMaxRoomsListed; ++i) {
    if (i % limits::kRoomsPerPeer == 0) people.push_back(house_.Guest("P" + std::to_string(i)));
    const std::string room = "room " + std::to_string(1000 + i);
    people.back().Join(room);
    people.back().Moderate(room, Action::kTopic, topic);
  }
  std::size_t found = 0;
  Rooms rooms{.limit = limits::kMaxRoomsListed};
  for (bool more = true; more;) {
    ana_.Ask(rooms);
    const auto reply = ana_.Gets<protocol::RoomsReply>();
    EXPECT_LE(protocol::EncodeEvent(reply).size(), limits::kReplyMessageBytes + 100);
    ASSERT_FALSE(reply.rooms.empty());
    found += reply.rooms.size();
    rooms.after = reply.rooms.back().room;
    more = reply.more;
  }
  EXPECT_EQ(found, limits::kMaxRoomsListed);
}

}  // namespace
}  // namespace parley::test
