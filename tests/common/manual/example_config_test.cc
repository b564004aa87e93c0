#include "common/manual/example_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/common/manual/a_program.h"

namespace parley::manual {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ExampleConfig, ShowsEachSettingWithItsTextAndValue) {
  const std::string text = ExampleConfig(AProgram(), {});
  EXPECT_THAT(text, HasSubstr("\n# which leaves\n#sort = green\n"));
  EXPECT_THAT(text, HasSubstr("\n#guest = NAME\n"));
  EXPECT_THAT(text, Not(HasSubstr("help")));
}

TEST(ExampleConfig, SetsNothingAndHasNoLongLine) {
  Program program = AProgram();
  for (int i = 0; i < 40; ++i) program.options[0].text += " word";
  std::istringstream lines(ExampleConfig(program, {{"room = A", "An example."}}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.empty() || line.front() == '#') << line;
    EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST(ExampleConfig, EndsWithTheNotes) {
  EXPECT_THAT(ExampleConfig(AProgram(), {{"room = A", "An example."}}),
              testing::EndsWith("\n# An example.\n#room = A\n"));
}

}  // namespace
}  // namespace parley::manual
