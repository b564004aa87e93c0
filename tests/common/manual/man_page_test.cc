#include "common/manual/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/manual/a_program.h"

namespace parley::manual {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ManPage, NamesTheProgramTheVersionAndNoDate) {
  const std::string page = ManPage(AProgram(), "1.2.3");
  EXPECT_THAT(page, HasSubstr(".TH TEA 1 \"\" \"Parley 1.2.3\" \"User Commands\"\n"));
  EXPECT_THAT(page, HasSubstr("tea \\- makes tea\n"));
}

TEST(ManPage, ShowsOptionsWithTheirArgumentsAndDefaults) {
  const std::string page = ManPage(AProgram(), "1");
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-sort\\fR \\fIgreen|black\\fR\nwhich leaves (default: green)\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nshow this help\n"));
}

TEST(ManPage, ShowsCommandsAndTheirOptions) {
  const std::string page = ManPage(AProgram(), "1");
  EXPECT_THAT(page, HasSubstr("\\fBcup fill\\fR\nfills the cup\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-size\\fR"));
}

// A line of text that begins with a dot would be a request to roff.
TEST(ManPage, EscapesWhatRoffWouldRead) {
  EXPECT_THAT(ManPage(AProgram(), "1"), HasSubstr("\n\\&.dots and back\\eslashes\n"));
}

TEST(ManPage, NamesOtherPages) {
  EXPECT_THAT(ManPage(AProgram(), "1"), HasSubstr(".BR kettle (1),\n.BR leaves (5)\n"));
}

TEST(ConfigPage, ShowsSettingsOnly) {
  const std::string page = ConfigPage(AProgram(), "tea.conf", {}, "1");
  EXPECT_THAT(page, HasSubstr(".TH TEA.CONF 5"));
  EXPECT_THAT(page, HasSubstr("\\fBsort\\fR = \\fIgreen|black\\fR\n"));
  EXPECT_THAT(page, HasSubstr("who drinks. It may have several lines.\n"));
  EXPECT_THAT(page, Not(HasSubstr("show this help")));
}

}  // namespace
}  // namespace parley::manual
