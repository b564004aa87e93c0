#include "common/base/random.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace parley {
namespace {

TEST(RandomToken, HasFourCharactersForThreeBytesAndNoPadding) {
  const struct {
    std::size_t bytes;
    std::size_t characters;
  } cases[] = {{1, 2}, {2, 3}, {3, 4}, {4, 6}, {16, 22}, {24, 32}, {32, 43}};
  for (const auto& one : cases) EXPECT_EQ(RandomToken(one.bytes).size(), one.characters) << one.bytes;
}

TEST(RandomToken, FitsIntoAUrl) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  EXPECT_EQ(RandomToken(10'000).find_first_not_of(kAlphabet), std::string::npos);
}

TEST(RandomToken, IsNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 10'000; ++i) tokens.insert(RandomToken(16));
  EXPECT_EQ(tokens.size(), 10'000U);
}

}  // namespace
}  // namespace parley
