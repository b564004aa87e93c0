#include "server/export/name_titles.h"

#include <gmock/gmock.h>

namespace parley {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

TEST(NameTitlesTest, NothingInANameIsACommand) {
  EXPECT_EQ(EscapeForAss("Ana"), "Ana");
  EXPECT_EQ(EscapeForAss("100%, 'a': \"b\"; [c]"), "100%, 'a': \"b\"; [c]");
  EXPECT_EQ(EscapeForAss("{\\fs900}"),
            "\\{\\\xE2\x81\xA0"
            "fs900}");
  EXPECT_EQ(EscapeForAss("a\\Nb"), "a\\\xE2\x81\xA0Nb");
  EXPECT_EQ(EscapeForAss("a\nDialogue: b"), "a^JDialogue: b");
  EXPECT_EQ(EscapeForAss("李雷"), "李雷");
}

TEST(NameTitlesTest, ANameStandsInItsBoxAtItsTimes) {
  VideoPlan plan;
  plan.width = 1280;
  plan.height = 720;
  plan.titles = {
      {"Ana, {b}",
       {100, 600, 300, 40},
       {{milliseconds(0), milliseconds(1500)}, {milliseconds(3'723'450), milliseconds(4'000'000)}}}};
  const std::string file = NameTitles(plan);
  EXPECT_THAT(file, HasSubstr("PlayResX: 1280\nPlayResY: 720\n"));
  EXPECT_THAT(file, HasSubstr("Dialogue: 0,0:00:00.00,0:00:01.50,Name,,0,0,0,,"
                              "{\\pos(100,620)\\fs30\\clip(100,600,400,640)}Ana, \\{b}\n"));
  EXPECT_THAT(file, HasSubstr("Dialogue: 0,1:02:03.45,1:06:40.00,Name,"));
}

TEST(NameTitlesTest, WithoutTimesThereIsNoTitle) {
  VideoPlan plan;
  plan.titles = {{"Ana", {}, {}}};
  EXPECT_THAT(NameTitles(plan), Not(HasSubstr("Ana")));
}

}  // namespace
}  // namespace parley
