#include "server/accounts/portal_key.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/server/accounts/signing.h"
#include "tests/support/password_prompt.h"

namespace parley {
namespace {

using testing::HasSubstr;
using Algorithm = PortalKey::Algorithm;

std::string WhyNot(std::string_view file) {
  std::string error;
  EXPECT_FALSE(ReadPortalKey(file, error)) << file;
  return error;
}

TEST(PortalKeyTest, ThePublicKeyDecidesTheAlgorithm) {
  std::string error;
  const auto ec = ReadPortalKey(test::MakeEcKey("P-256").public_key, error);
  ASSERT_TRUE(ec) << error;
  EXPECT_EQ(ec->algorithm, Algorithm::kEs256);
  const auto rsa = ReadPortalKey(test::MakeRsaKey(2048).public_key, error);
  ASSERT_TRUE(rsa) << error;
  EXPECT_EQ(rsa->algorithm, Algorithm::kRs256);
}

TEST(PortalKeyTest, AnythingElseOf32BytesIsASecretWithoutItsLastNewline) {
  const std::string secret(32, 's');
  for (const char* end : {"", "\n", "\r\n"}) {
    std::string error;
    const auto key = ReadPortalKey(secret + end, error);
    ASSERT_TRUE(key) << error;
    EXPECT_EQ(key->algorithm, Algorithm::kHs256);
    EXPECT_EQ(key->key, secret);
  }
  std::string error;
  EXPECT_EQ(ReadPortalKey(secret + "\n\n", error)->key, secret + "\n") << "only one is the file's";
}

TEST(PortalKeyTest, ALeadingByteOrderMarkIsNotPartOfIt) {
  const std::string mark = "\xEF\xBB\xBF";
  std::string error;
  const auto ec = ReadPortalKey(mark + test::MakeEcKey("P-256").public_key, error);
  ASSERT_TRUE(ec) << error;
  EXPECT_EQ(ec->algorithm, Algorithm::kEs256);
  EXPECT_EQ(ReadPortalKey(mark + std::string(32, 's') + "\n", error)->key, std::string(32, 's'));
  EXPECT_THAT(WhyNot(mark + std::string(31, 's')), HasSubstr("at least 32 bytes")) << "it does not count";
}

TEST(PortalKeyTest, AShortSecretIsRefused) {
  EXPECT_THAT(WhyNot(std::string(31, 's') + "\n"), HasSubstr("at least 32 bytes"));
  EXPECT_THAT(WhyNot(""), HasSubstr("at least 32 bytes"));
}

TEST(PortalKeyTest, PemIsNeverASecret) {
  EXPECT_THAT(WhyNot(test::MakeEcKey("P-256").private_key), HasSubstr("not a public key"));
  EXPECT_THAT(WhyNot("-----BEGIN PUBLIC KEY-----\nbm8ga2V5IGF0IGFsbA==\n-----END PUBLIC KEY-----\n"),
              HasSubstr("not a public key"));
}

TEST(PortalKeyTest, NobodyIsAskedForAPassword) {
  const test::PasswordPrompt prompt;
  EXPECT_THAT(WhyNot("-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
                     "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                     "AAAAAAAAAAAAAAAAAAAAAA==\n-----END PUBLIC KEY-----\n"),
              HasSubstr("not a public key"));
  EXPECT_FALSE(prompt.asked());
}

TEST(PortalKeyTest, KeysOfOtherKindsAreRefused) {
  EXPECT_THAT(WhyNot(test::MakeEcKey("P-384").public_key), HasSubstr("another kind"));
  EXPECT_THAT(WhyNot(test::MakeRsaKey(1024).public_key), HasSubstr("another kind"));
  EXPECT_THAT(WhyNot(test::MakeEd25519Key().public_key), HasSubstr("another kind"));
}

}  // namespace
}  // namespace parley
