#include "server/app/listed_rooms.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RoomLine Line(const std::string& text) {
  return std::get<RoomLine>(ParseRoomLine(text));
}

std::string ErrorOf(const std::vector<RoomLine>& lines) {
  std::string error;
  ToListedRooms(lines, error);
  return error;
}

TEST(ListedRoomsOfConfigTest, HaveTheirNamesAsTheyAreCompared) {
  std::string error;
  const auto rooms =
      ToListedRooms({Line("Lab 1; topic = T; join = Ben, \u00c9va; hosts = ANA; most = 3")}, error);
  EXPECT_EQ(error, "");
  ASSERT_EQ(rooms.size(), 1U);
  EXPECT_EQ(rooms[0].name.key, "lab 1");
  EXPECT_EQ(rooms[0].topic, "T");
  EXPECT_TRUE(rooms[0].rules.listed);
  EXPECT_EQ(rooms[0].rules.join, RoomRules::Join::kNamed);
  EXPECT_THAT(rooms[0].rules.members, ElementsAre("ben", "\u00e9va"));
  EXPECT_THAT(rooms[0].rules.hosts, ElementsAre("ana"));
  EXPECT_EQ(rooms[0].rules.max_members, 3U);
}

TEST(ListedRoomsOfConfigTest, AnInvalidRoomIsReportedWithItsName) {
  EXPECT_THAT(ErrorOf({Line("a/b")}), HasSubstr("room a/b"));
  EXPECT_THAT(ErrorOf({Line("Lab"), Line("LAB")}), HasSubstr("listed twice"));
  EXPECT_THAT(ErrorOf({Line("Lab; hosts = \u200bx")}), HasSubstr("not a valid account name"));
  EXPECT_THAT(ErrorOf({Line("Lab; topic = " + std::string(2000, 't'))}), HasSubstr("topic"));
  EXPECT_THAT(ErrorOf({Line("Lab; password = " + std::string(300, 'p'))}), HasSubstr("password"));
}

}  // namespace
}  // namespace parley
