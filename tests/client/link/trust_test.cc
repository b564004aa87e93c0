#include "client/link/trust.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

TEST(ParseFingerprintTest, TakesHexWithColonsOrWithout) {
  std::string plain, with_colons;
  for (int i = 0; i < 32; ++i) {
    plain += "ab";
    with_colons += i == 0 ? "AB" : ":AB";
  }
  EXPECT_EQ(ParseFingerprint(plain), plain);
  EXPECT_EQ(ParseFingerprint(with_colons), plain);
}

TEST(ParseFingerprintTest, TakesNothingElse) {
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(40, 'a'),
        std::string(63, 'a') + "g", "0x" + std::string(62, 'a')}) {
    EXPECT_FALSE(ParseFingerprint(text)) << text;
  }
}

TEST(TrustTest, AnUnreadableAuthorityFileIsReportedWithItsReason) {
  std::string error;
  EXPECT_FALSE(Trust::Make("/nonexistent", "", error));
  EXPECT_NE(error, "");
}

}  // namespace
}  // namespace parley::client
