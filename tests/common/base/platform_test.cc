#include "common/base/platform.h"

#include <gtest/gtest.h>

#include <string_view>

namespace parley {
namespace {

using namespace std::string_view_literals;

TEST(Platform, FindsAPartOfAText) {
  EXPECT_TRUE(Contains("a needle in hay", "needle"));
  EXPECT_TRUE(Contains("needle", "needle"));
  EXPECT_TRUE(Contains("a\0b"sv, "\0b"sv));
  EXPECT_FALSE(Contains("a needle in hay", "needles"));
  EXPECT_FALSE(Contains("need", "needle"));
  EXPECT_FALSE(Contains("", "needle"));
}

TEST(Platform, EveryTextHasAnEmptyPart) {
  EXPECT_TRUE(Contains("hay", ""));
  EXPECT_TRUE(Contains("", ""));
}

// Where the system tells; a build with PARLEY_PORTABLE does not ask it.
TEST(Platform, TellsOfThisProgram) {
  const auto program = ProgramFile();
  EXPECT_TRUE(program.empty() || program.filename().string().ends_with("_test")) << program;
  EXPECT_GT(ResidentBytes().value_or(1e9), 100'000);
}

}  // namespace
}  // namespace parley
