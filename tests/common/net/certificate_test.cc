#include "common/net/certificate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/net/tls.h"
#include "tests/support/password_prompt.h"

namespace parley {
namespace {

using std::chrono::days;

const std::chrono::sys_seconds kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

TEST(Certificate, OfALeafSaysItsNamesAndItsEnd) {
  const auto authority = MakeAuthority("an authority", kNow);
  ASSERT_TRUE(authority);
  const auto leaf = MakeLeaf(*authority, {"localhost", "192.0.2.7", "2001:db8::7"}, kNow);
  ASSERT_TRUE(leaf);

  const auto facts = ReadCertificate(leaf->certificate);

  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->names, (std::vector<std::string>{"192.0.2.7", "2001:db8::7", "localhost"}));
  EXPECT_EQ(facts->begins, kNow - days(1)) << "for clocks that are behind";
  EXPECT_EQ(facts->ends, kNow + days(365));
}

TEST(Certificate, IsSignedByItsOwnAuthorityAlone) {
  const auto authority = MakeAuthority("an authority", kNow);
  const auto of_the_same_name = MakeAuthority("an authority", kNow);
  const auto leaf = MakeLeaf(*authority, {"localhost"}, kNow);
  EXPECT_TRUE(IsSignedBy(leaf->certificate, authority->certificate));
  EXPECT_FALSE(IsSignedBy(leaf->certificate, of_the_same_name->certificate));
  EXPECT_FALSE(IsSignedBy(leaf->certificate, ""));
  EXPECT_FALSE(IsSignedBy("", authority->certificate));
}

TEST(Certificate, MayEndWhereTimesOfX509End) {
  const std::chrono::sys_seconds far = std::chrono::sys_days{std::chrono::year{9989} / 1 / 1};
  const auto authority = MakeAuthority("an authority", far);
  ASSERT_TRUE(authority);
  EXPECT_EQ(ReadCertificate(authority->certificate)->ends, far + days(3650));
}

TEST(Certificate, FingerprintIsOfTheFirstOneInAChain) {
  const auto authority = MakeAuthority("an authority", kNow);
  const auto leaf = MakeLeaf(*authority, {"localhost"}, kNow);

  const auto alone = ReadCertificate(leaf->certificate);
  const auto in_chain = ReadCertificate(leaf->certificate + authority->certificate);

  EXPECT_EQ(alone->fingerprint.size(), 64U);
  EXPECT_EQ(alone->fingerprint, in_chain->fingerprint);
  EXPECT_NE(alone->fingerprint, ReadCertificate(authority->certificate)->fingerprint);
}

TEST(Certificate, NoTwoLeavesAreAlike) {
  const auto authority = MakeAuthority("an authority", kNow);
  const auto one = MakeLeaf(*authority, {"localhost"}, kNow);
  const auto other = MakeLeaf(*authority, {"localhost"}, kNow);

  EXPECT_NE(ReadCertificate(one->certificate)->fingerprint, ReadCertificate(other->certificate)->fingerprint);
  EXPECT_NE(one->key, other->key);
}

TEST(Certificate, IsNotReadFromAnythingElse) {
  EXPECT_FALSE(ReadCertificate(""));
  EXPECT_FALSE(ReadCertificate("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"));
}

TEST(Certificate, IsNotMadeByAnAuthorityWithoutItsKey) {
  auto authority = *MakeAuthority("an authority", kNow);
  authority.key = "no key";
  EXPECT_FALSE(MakeLeaf(authority, {"localhost"}, kNow));
}

TEST(Certificate, BelongsToItsOwnKeyOnly) {
  const auto authority = MakeAuthority("an authority", kNow);
  const auto leaf = MakeLeaf(*authority, {"localhost"}, kNow);
  EXPECT_TRUE(BelongTogether(*authority));
  EXPECT_TRUE(BelongTogether({leaf->certificate + authority->certificate, leaf->key}));
  EXPECT_FALSE(BelongTogether({leaf->certificate, authority->key}));
  EXPECT_FALSE(BelongTogether({leaf->certificate, ""}));
  EXPECT_FALSE(BelongTogether({"nonsense", leaf->key}));
}

TEST(Certificate, NobodyIsAskedForAPasswordOfOne) {
  const test::PasswordPrompt prompt;
  const std::string encrypted =
      "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
      "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
      "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(ReadCertificate(encrypted));
  std::string error;
  EXPECT_EQ(TlsContext::Server(encrypted, encrypted, error), nullptr);
  EXPECT_FALSE(prompt.asked());
}

TEST(Certificate, FingerprintForPeopleIsInPairs) {
  EXPECT_EQ(WithColons("0aff10"), "0A:FF:10");
}

}  // namespace
}  // namespace parley
