#include "client/ui/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace parley::client {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;

class ViewTest : public ::testing::Test {
 protected:
  ViewTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }

  Notice Message(std::string text) const {
    return {
        .kind = Notice::Kind::kMessage, .room = "lobby", .who = "bob", .text = std::move(text), .time = now_};
  }
  std::string Show(const Notice& notice) const { return view_.Show(notice, "lobby", now_); }

  const WallTime now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + hours(9) + minutes(5)};
  View view_{false};
};

TEST_F(ViewTest, AMessageHasItsTimeNameAndText) {
  EXPECT_EQ(Show(Message("hello")), "09:05 bob: hello\n");
}

TEST_F(ViewTest, AMessageFromAnotherDayHasItsDate) {
  Notice old = Message("hello");
  old.kind = Notice::Kind::kHistory;
  old.time = now_ - hours(10);
  EXPECT_EQ(Show(old), "2026-01-30 23:05 bob: hello\n");
}

TEST_F(ViewTest, ATimeMayBeAnyThatTheWireHas) {
  Notice late = Message("hello");
  late.time = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31} + hours(23);
  EXPECT_EQ(Show(late), "9999-12-31 23:00 bob: hello\n");
}

TEST_F(ViewTest, AnotherRoomIsNamed) {
  EXPECT_EQ(view_.Show(Message("hello"), "dev", now_), "09:05 [lobby] bob: hello\n");
  EXPECT_EQ(view_.Show({.kind = Notice::Kind::kPresence, .room = "lobby", .text = "bob joined"}, "dev", now_),
            "[lobby] * bob joined\n");
}

TEST_F(ViewTest, WhispersInformationAndProblemsAreMarked) {
  EXPECT_EQ(Show({.kind = Notice::Kind::kWhisper, .who = "bob", .text = "psst", .time = now_}),
            "09:05 bob (to you alone): psst\n");
  EXPECT_EQ(Show({.kind = Notice::Kind::kInfo, .text = "connected"}), "* connected\n");
  EXPECT_EQ(Show({.kind = Notice::Kind::kProblem, .text = "no"}), "! no\n");
}

TEST_F(ViewTest, NothingAnyoneWroteReachesTheTerminalAsAControl) {
  Notice notice = Message("\033[2Jboo\u202e");
  notice.who = "b\033ob";
  notice.room = "r\033oom";
  EXPECT_EQ(Show(notice), "09:05 [r^[oom] b^[ob: ^[[2Jboo<U+202E>\n");
  for (const auto kind :
       {Notice::Kind::kWhisper, Notice::Kind::kInfo, Notice::Kind::kPresence, Notice::Kind::kProblem}) {
    notice.kind = kind;
    EXPECT_THAT(Show(notice), Not(HasSubstr("\033")));
  }
}

TEST_F(ViewTest, ALineOfATextCantPassForAnotherMessage) {
  EXPECT_EQ(Show(Message("hi\n09:06 eve: I quit")), "09:05 bob: hi\n    | 09:06 eve: I quit\n");
}

TEST_F(ViewTest, WideCharactersStayAsTheyAre) {
  EXPECT_EQ(Show(Message("\u4f60\u597d")), "09:05 bob: \u4f60\u597d\n");
}

TEST_F(ViewTest, ColourSurroundsButNeverSplitsNameAndText) {
  const View coloured(true);
  EXPECT_EQ(coloured.Show(Message("hello"), "lobby", now_), "\033[2m09:05\033[0m bob: hello\n");
  EXPECT_EQ(coloured.Show({.kind = Notice::Kind::kPresence, .text = "bob joined"}, "lobby", now_),
            "\033[2m* bob joined\033[0m\n");
}

TEST_F(ViewTest, AReplyStandsBelowTheQuotedLine) {
  Notice reply = Message("yes");
  reply.quote = "eve: shall\n09:06 eve: we\033 begin?";
  EXPECT_EQ(Show(reply), "09:05 bob answers \"eve: shall^J09:06 eve: we^[ begin?\":\n    | yes\n");
  reply.text = "```\nx\n```";
  EXPECT_THAT(Show(reply), HasSubstr(":\n    | ```\n    | x\n    | ```\n"));
}

TEST_F(ViewTest, NumbersStandBeforeAMessage) {
  Notice notice = Message("hi");
  notice.seq = 41;
  EXPECT_EQ(Show(notice), "09:05 bob: hi\n");
  EXPECT_EQ(View(false, true).Show(notice, "lobby", now_), "[#41] 09:05 bob: hi\n");
  notice.number = 3;
  EXPECT_EQ(Show(notice), "[3] 09:05 bob: hi\n");
  EXPECT_EQ(View(false, true).Show(notice, "lobby", now_), "[3 #41] 09:05 bob: hi\n");
}

TEST_F(ViewTest, CodeIsColouredLineByLine) {
  const View coloured(true);
  EXPECT_EQ(coloured.Show(Message("see\n```py\nprint(1)\n```\nso"), "lobby", now_),
            "\033[2m09:05\033[0m bob: see\n    | \033[2m```py\033[0m\n    | \033[33mprint(1)\033[0m\n"
            "    | \033[2m```\033[0m\n    | so\n");
  EXPECT_EQ(Show(Message("```\nx\n```")), "09:05 bob: \n    | ```\n    | x\n    | ```\n");
}

TEST_F(ViewTest, AFenceEndsWithAsManyBackticks) {
  const View coloured(true);
  const std::string shown = coloured.Show(Message("````\n```\nx\n````\ny `z` ```"), "lobby", now_);
  EXPECT_THAT(shown, HasSubstr("\033[33m```\033[0m"));
  EXPECT_THAT(shown, HasSubstr("| y `z` ```\n"));
}

TEST_F(ViewTest, CodeCannotControlTheTerminal) {
  EXPECT_EQ(Show(Message("```\n\033[2J\n```")), "09:05 bob: \n    | ```\n    | ^[[2J\n    | ```\n");
}

TEST_F(ViewTest, APollShowsBars) {
  Notice notice = Message("Lunch?\n1) Soup\n2) Rice");
  notice.poll = protocol::Poll{.question = "Lunch?", .options = {"Soup", "Ri\nce"}, .counts = {1, 3}};
  notice.poll->voters = 4;
  notice.poll->mine = {1};
  notice.number = 1;
  EXPECT_EQ(Show(notice),
            "[1] 09:05 bob asks: Lunch?\n    | #####............... 1  1) Soup\n"
            "    | ###############..... 3  2) Ri^Jce (your vote)\n    | 4 people have voted\n");
  notice.poll->closed = true;
  EXPECT_THAT(Show(notice), HasSubstr("4 people have voted; the poll is closed\n"));
  notice.poll->counts = {0, 0};
  notice.poll->voters = 0;
  EXPECT_THAT(Show(notice), HasSubstr("    | .................... 0  1) Soup\n"));
}

TEST(ShowPlainTest, OnlyWhatIsSaidIsShown) {
  Notice notice{
      .kind = Notice::Kind::kMessage, .room = "r", .who = "bob", .text = "hi\nthere\033", .time = WallTime()};
  EXPECT_EQ(ShowPlain(notice), "bob: hi^Jthere^[\n");
  notice.kind = Notice::Kind::kWhisper;
  EXPECT_EQ(ShowPlain(notice), "bob: hi^Jthere^[\n");
  for (const auto kind :
       {Notice::Kind::kHistory, Notice::Kind::kPresence, Notice::Kind::kInfo, Notice::Kind::kProblem}) {
    notice.kind = kind;
    EXPECT_EQ(ShowPlain(notice), "");
  }
}

}  // namespace
}  // namespace parley::client
