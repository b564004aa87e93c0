// That shells understand these scripts is shown by tests/system/manual_test.cc.

#include "common/manual/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/manual/a_program.h"

namespace parley::manual {
namespace {

using testing::HasSubstr;

TEST(Completion, KnowsThreeShells) {
  EXPECT_TRUE(Completion(AProgram(), "bash"));
  EXPECT_TRUE(Completion(AProgram(), "zsh"));
  EXPECT_TRUE(Completion(AProgram(), "fish"));
  EXPECT_FALSE(Completion(AProgram(), "tcsh"));
  EXPECT_FALSE(Completion(AProgram(), ""));
}

TEST(Completion, OffersTheWordsThatAnOptionTakes) {
  EXPECT_THAT(*Completion(AProgram(), "bash"), HasSubstr("compgen -W 'green black'"));
  EXPECT_THAT(*Completion(AProgram(), "zsh"), HasSubstr(":(green black)'"));
  EXPECT_THAT(*Completion(AProgram(), "fish"), HasSubstr("-l sort -x -a 'green black'"));
}

TEST(Completion, OffersPathsWhereAnOptionTakesOne) {
  EXPECT_THAT(*Completion(AProgram(), "bash"), HasSubstr("'--pot')\n      _parley_paths -f\n"));
  EXPECT_THAT(*Completion(AProgram(), "bash"), HasSubstr("'cup--size')\n      _parley_paths -d\n"));
  EXPECT_THAT(*Completion(AProgram(), "fish"), HasSubstr("-l pot -r -F"));
}

TEST(Completion, QuotesTexts) {
  EXPECT_THAT(*Completion(AProgram(), "zsh"), HasSubstr(R"([the pot'\''s \[own\] file\: '\''x'\''])"));
  EXPECT_THAT(*Completion(AProgram(), "fish"), HasSubstr(R"('the pot\'s [own] file: \'x\'')"));
}

TEST(Completion, LetsACommandTakeTheProgramsOptions) {
  Program program = AProgram();
  program.commands[0].takes_program_options = true;
  EXPECT_THAT(*Completion(program, "bash"), HasSubstr("'cup--sort')\n"));
}

}  // namespace
}  // namespace parley::manual
