#include "server/accounts/author_keys.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace parley {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const std::string kSecretOfKeys(32, 's');

TEST(AuthorKeysTest, TheSameIdentityHasTheSameKeyEachTime) {
  EXPECT_EQ(AuthorKeys(kSecretOfKeys).Of("account:ana"), AuthorKeys(kSecretOfKeys).Of("account:ana"));
}

TEST(AuthorKeysTest, KeysAreShortTextsThatShowNothingOfTheIdentity) {
  const std::string key = AuthorKeys(kSecretOfKeys).Of("account:ana");
  EXPECT_THAT(key, MatchesRegex("[A-Za-z0-9_-]{16,32}"));
  EXPECT_THAT(key, Not(HasSubstr("ana")));
}

TEST(AuthorKeysTest, DifferentIdentitiesHaveDifferentKeys) {
  const AuthorKeys keys(kSecretOfKeys);
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) {
    all.insert(keys.Of("account:" + std::to_string(i)));
    all.insert(keys.Of("guest:" + std::to_string(i)));
  }
  EXPECT_EQ(all.size(), 2000U);
}

// Otherwise anybody could compute the key of a name, and look for it.
TEST(AuthorKeysTest, AnotherSecretMakesOtherKeys) {
  EXPECT_NE(AuthorKeys(kSecretOfKeys).Of("account:ana"), AuthorKeys(std::string(32, 't')).Of("account:ana"));
}

}  // namespace
}  // namespace parley
