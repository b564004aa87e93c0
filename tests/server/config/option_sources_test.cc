#include "server/config/option_sources.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

OptionValues Values(std::string_view text) {
  auto result = ParseOptionFile(text);
  if (const auto* wrong = std::get_if<std::string>(&result)) ADD_FAILURE() << *wrong;
  return std::holds_alternative<OptionValues>(result) ? std::get<OptionValues>(result) : OptionValues();
}

std::string Wrong(std::string_view text) {
  const auto result = ParseOptionFile(text);
  return std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : "nothing";
}

TEST(OptionSourcesTest, TheEnvironmentHasItsOwnSpelling) {
  EXPECT_EQ(EnvironmentName("plain"), "PARLEY_PLAIN");
  EXPECT_EQ(EnvironmentName("log-level"), "PARLEY_LOG_LEVEL");
  EXPECT_EQ(EnvironmentName("turn-secret-file"), "PARLEY_TURN_SECRET_FILE");
}

TEST(OptionSourcesTest, AFileHasOneOptionALine) {
  EXPECT_THAT(Values("plain = 127.0.0.1:0\nrate=7\n"),
              ElementsAre(Pair("plain", "127.0.0.1:0"), Pair("rate", "7")));
}

TEST(OptionSourcesTest, SpaceCommentsAndEmptyLinesAreSkipped) {
  EXPECT_THAT(Values("# a comment = here\n\n \t\n  rate \t=\t 7 \r\n   # indented\nqueue = 1 2"),
              ElementsAre(Pair("queue", "1 2"), Pair("rate", "7")));
  EXPECT_THAT(Values(""), IsEmpty());
}

TEST(OptionSourcesTest, AByteOrderMarkIsSkippedAtTheBeginningAlone) {
  EXPECT_THAT(Values("\xEF\xBB\xBFrate = 7\n"), ElementsAre(Pair("rate", "7")));
  EXPECT_THAT(Values("\xEF\xBB\xBFroom = \xEF\xBB\xBFlab\n"), ElementsAre(Pair("room", "\xEF\xBB\xBFlab")));
  EXPECT_THAT(Values("rate = 7\n\xEF\xBB\xBFqueue = 1\n"),
              ElementsAre(Pair("rate", "7"), Pair("\xEF\xBB\xBFqueue", "1")));
}

TEST(OptionSourcesTest, AValueMayBeEmptyOrHaveAnEqualsSign) {
  EXPECT_THAT(Values("data =\nice = stun:a=b"), ElementsAre(Pair("data", ""), Pair("ice", "stun:a=b")));
}

TEST(OptionSourcesTest, AValueThatIsNotPlainTextIsRefused) {
  using namespace std::string_view_literals;
  for (const auto value : {"\xFF"sv, "a\xC3"sv, "a\0b"sv, "a\033[2Jb"sv, "a\x7F"sv}) {
    EXPECT_THAT(Wrong("# \xFF\nrate = 7\nroom = " + std::string(value) + "\n"),
                HasSubstr("line 3 is not valid UTF-8"));
  }
  EXPECT_THAT(Values("room = \xC3\xA9;\ttopic = x"), ElementsAre(Pair("room", "\xC3\xA9;\ttopic = x")));
}

TEST(OptionSourcesTest, AFaultIsReportedWithItsLine) {
  EXPECT_THAT(Wrong("rate = 7\nnonsense\n"), HasSubstr("line 2"));
  EXPECT_THAT(Wrong("\n\n= 7\n"), HasSubstr("line 3"));
  EXPECT_THAT(Wrong("rate = 7\nrate = 8\n"), HasSubstr("line 2: rate is given twice"));
}

TEST(OptionSourcesTest, AFileThatCannotBeReadIsToldApart) {
  const auto why = [](const std::string& path) { return std::get<std::string>(ReadOptionFile(path)); };
  EXPECT_EQ(why("/nowhere/at/all"), "it cannot be read: No such file or directory");
  EXPECT_EQ(why("/"), "it cannot be read: Is a directory");
  EXPECT_EQ(why("/proc/self/mem"), "it cannot be read: Input/output error");
}

}  // namespace
}  // namespace parley
