#include "server/config/room_line.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RoomLine Room(std::string_view text) {
  auto parsed = ParseRoomLine(text);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) ADD_FAILURE() << *wrong;
  return std::get<RoomLine>(parsed);
}

TEST(RoomLineTest, ANameAloneIsARoomForAnyone) {
  const RoomLine room = Room("Physics 7b");
  EXPECT_EQ(room.name, "Physics 7b");
  EXPECT_FALSE(room.topic);
  EXPECT_FALSE(room.password);
  EXPECT_FALSE(room.waiting_room);
  EXPECT_FALSE(room.max_members);
  EXPECT_EQ(room.join, RoomLine::Join::kAnyone);
}

TEST(RoomLineTest, EverythingThatCanBeSaidOfARoom) {
  const RoomLine room = Room(
      "Lab ;topic= A = B;  password =x y ; join = members; hosts = Ana, Ben Li,; max-members = 30; "
      "waiting-room = yes;");
  EXPECT_EQ(room.name, "Lab");
  EXPECT_EQ(room.topic, "A = B");
  EXPECT_EQ(room.password, "x y");
  EXPECT_EQ(room.join, RoomLine::Join::kMembers);
  EXPECT_THAT(room.hosts, ElementsAre("Ana", "Ben Li"));
  EXPECT_EQ(room.max_members, 30U);
  EXPECT_EQ(room.waiting_room, true);
}

TEST(RoomLineTest, MaxMembersHasAnOlderName) {
  EXPECT_EQ(Room("Lab; most = 30").max_members, 30U);
}

TEST(RoomLineTest, ThoseWhoMayJoinCanBeNamed) {
  const RoomLine room = Room("Lab; join = Ana,Ben");
  EXPECT_EQ(room.join, RoomLine::Join::kNamed);
  EXPECT_THAT(room.members, ElementsAre("Ana", "Ben"));
}

TEST(RoomLineTest, MessagesAreKeptForATimeOrForEver) {
  EXPECT_FALSE(Room("Lab").keep);
  EXPECT_EQ(Room("Lab; keep = 30d").keep, Keep(std::chrono::days(30)));
  EXPECT_EQ(Room("Lab; keep=12h").keep, Keep(std::chrono::hours(12)));
  EXPECT_EQ(Room("Lab; keep = 10m").keep, Keep(std::chrono::minutes(10)));
  EXPECT_EQ(Room("Lab; keep = 5s").keep, Keep(std::chrono::seconds(5)));
  ASSERT_TRUE(Room("Lab; keep = forever").keep);
  EXPECT_FALSE(*Room("Lab; keep = forever").keep);
}

TEST(RoomLineTest, AnEmptyTopicOrPasswordTakesItAway) {
  const RoomLine room = Room("Lab; topic =; password =");
  EXPECT_EQ(room.topic, "");
  EXPECT_EQ(room.password, "");
}

TEST(RoomLineTest, AFaultIsReportedWithItsWord) {
  struct Case {
    std::string text, what;
  };
  for (const Case& wrong : std::vector<Case>{{"", "name"},
                                             {"; topic = x", "name"},
                                             {"Lab; tpoic = x", "tpoic"},
                                             {"Lab; max-members = 0", "max-members"},
                                             {"Lab; most = 1; max-members = 2", "twice"},
                                             {"Lab; most = 3x", "most"},
                                             {"Lab; join =", "join"},
                                             {"Lab; hosts = ,", "hosts"},
                                             {"Lab; waiting-room = on", "waiting-room"},
                                             {"Lab; keep = 30", "keep"},
                                             {"Lab; topic = a; topic = b", "topic is given twice"},
                                             {"Lab; join = Ana; join = anyone", "join is given twice"}}) {
    const auto parsed = ParseRoomLine(wrong.text);
    ASSERT_TRUE(std::holds_alternative<std::string>(parsed)) << wrong.text;
    EXPECT_THAT(std::get<std::string>(parsed), HasSubstr(wrong.what));
  }
}

}  // namespace
}  // namespace parley
