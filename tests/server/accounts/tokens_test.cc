#include "server/accounts/tokens.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/base/limits.h"
#include "tests/server/accounts/signing.h"

namespace parley {
namespace {

using std::chrono::seconds;

constexpr seconds kNow{1'700'000'000};
const std::string kOwnKey(32, 'o');
const std::string kSecret(40, 's');

PortalKey Portal(PortalKey::Algorithm algorithm, std::string key) {
  return {algorithm, std::move(key)};
}

class TokensTest : public testing::Test {
 protected:
  static Claims Of(const char* name, seconds life = seconds(3600)) {
    return {.name = *protocol::PersonName(name),
            .room = {},
            .expires = std::chrono::sys_seconds(kNow + life),
            .guest = "",
            .generation = ""};
  }
  // What tokens that we make, and a portal with a secret, are good for.
  [[nodiscard]] std::optional<Claims> Verify(std::string_view token, seconds later = seconds(0)) const {
    return tokens_.Verify(token, WallTime(kNow + later));
  }
  [[nodiscard]] std::optional<Claims> VerifyOwn(std::string_view payload, seconds later = seconds(0)) const {
    return Verify(test::SignHmac(payload, kOwnKey), later);
  }
  [[nodiscard]] std::string Mint(const Claims& claims) const { return tokens_.Mint(claims, WallTime(kNow)); }
  // With the claim in it.
  static std::string With(const std::string& claim) {
    return R"({"sub":"ana","exp":1700003600)" + (claim.empty() ? "" : "," + claim) + "}";
  }

  Tokens tokens_{kOwnKey, Portal(PortalKey::Algorithm::kHs256, kSecret)};
};

// --- Our own ---

TEST_F(TokensTest, AMintedTokenIsVerifiedWithAllItsClaims) {
  Claims claims = Of("Zoë");
  claims.role = protocol::Role::kAdmin;
  claims.room = protocol::RoomName("Blue Room");
  claims.generation = "g1";
  const auto read = Verify(Mint(claims));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name.shown, "Zoë");
  EXPECT_EQ(read->name.key, "zoë");
  EXPECT_EQ(read->role, protocol::Role::kAdmin);
  EXPECT_EQ(read->room->shown, "Blue Room");
  EXPECT_EQ(read->expires, claims.expires);
  EXPECT_EQ(read->generation, "g1");
  EXPECT_EQ(read->guest, "");
  EXPECT_FALSE(read->portal);
}

TEST_F(TokensTest, AGuestsAndAPortalsTokenKeepWhatTheyAre) {
  Claims guest = Of("ana");
  guest.guest = "k1";
  EXPECT_EQ(Verify(Mint(guest))->guest, "k1");
  Claims portal = Of("ana");
  portal.portal = true;
  EXPECT_TRUE(Verify(Mint(portal))->portal);
}

TEST_F(TokensTest, EachTokenIsDifferent) {
  EXPECT_NE(Mint(Of("ana")), Mint(Of("ana")));
}

TEST_F(TokensTest, AnotherKeysTokensAreNotGood) {
  const Tokens other(std::string(32, 'x'));
  EXPECT_FALSE(Verify(other.Mint(Of("ana"), WallTime(kNow))));
}

TEST_F(TokensTest, AnyOtherByteMakesItWorthless) {
  const std::string token = Mint(Of("ana"));
  ASSERT_TRUE(Verify(token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(Verify(other)) << i;
    EXPECT_FALSE(Verify(token.substr(0, i))) << i;
    other[i] = '\x80';
    EXPECT_FALSE(Verify(other)) << i;
  }
  EXPECT_FALSE(Verify(token + "A"));
  EXPECT_FALSE(Verify(token + "="));
  EXPECT_FALSE(Verify(token + ".AAAA"));
}

// --- Claims ---

TEST_F(TokensTest, WithoutARoleItIsAMembers) {
  EXPECT_EQ(VerifyOwn(With(""))->role, protocol::Role::kMember);
  for (const char* role : {"guest", "member", "host", "admin"}) {
    const auto read = VerifyOwn(With(std::string(R"("role":")") + role + '"'));
    ASSERT_TRUE(read) << role;
    EXPECT_EQ(ToString(read->role), role);
  }
}

TEST_F(TokensTest, OtherClaimsMayStandInIt) {
  EXPECT_TRUE(VerifyOwn(With(R"("iss":"portal","aud":["x"],"deep":{"a":[1,2]})")));
}

TEST_F(TokensTest, AClaimThatIsWrongIsNotPassedOver) {
  for (const char* claim :
       {R"("role":"root")", R"("role":1)", R"("role":null)", R"("room":"a/b")", R"("room":"")", R"("room":7)",
        R"("guest":5)", R"("gen":{})", R"("portal":"yes")", R"("nbf":"now")", R"("iat":[])"}) {
    EXPECT_FALSE(VerifyOwn(With(claim))) << claim;
  }
  for (const char* payload :
       {R"({"exp":1700003600})", R"({"sub":"","exp":1700003600})", R"({"sub":" ana","exp":1700003600})",
        R"({"sub":7,"exp":1700003600})", R"({"sub":"a\u0000b","exp":1700003600})", R"(["sub"])", R"("sub")",
        "7", "null", "{", "", "{\"sub\":\"\xff\",\"exp\":1700003600}"}) {
    EXPECT_FALSE(VerifyOwn(payload)) << payload;
  }
}

// --- Times ---

TEST_F(TokensTest, AnEndIsDemanded) {
  EXPECT_FALSE(VerifyOwn(R"({"sub":"ana"})"));
  for (const char* end : {R"("1700003600")", "null", "-1", "1e300", "253402300800", "[]"}) {
    EXPECT_FALSE(VerifyOwn(std::string(R"({"sub":"ana","exp":)") + end + "}")) << end;
  }
  EXPECT_TRUE(VerifyOwn(R"({"sub":"ana","exp":253402300799})"));
  EXPECT_TRUE(VerifyOwn(R"({"sub":"ana","exp":1700003600.75})"));
}

TEST_F(TokensTest, ItIsGoodUntilAMinuteAfterItsEnd) {
  const std::string token = Mint(Of("ana", seconds(100)));
  EXPECT_TRUE(Verify(token, seconds(100)));
  EXPECT_TRUE(Verify(token, seconds(159)));
  EXPECT_FALSE(Verify(token, seconds(160)));
}

TEST_F(TokensTest, ItIsGoodFromAMinuteBeforeItsBeginning) {
  for (const char* claim : {R"("nbf":1700000100)", R"("iat":1700000100)"}) {
    EXPECT_FALSE(VerifyOwn(With(claim), seconds(39))) << claim;
    EXPECT_TRUE(VerifyOwn(With(claim), seconds(40))) << claim;
  }
}

// --- Algorithms ---

TEST_F(TokensTest, NoOtherAlgorithmIsTaken) {
  const std::string payload = With("");
  for (const char* algorithm :
       {"none", "None", "NONE", "", "HS384", "HS512", "RS256", "ES256", "hs256x", "EdDSA", "PS256"}) {
    const std::string header = std::string(R"({"alg":")") + algorithm + R"(","typ":"JWT"})";
    EXPECT_FALSE(Verify(test::SignHmac(header, payload, kOwnKey))) << algorithm;
    EXPECT_FALSE(Verify(test::SignHmac(header, payload, kSecret))) << algorithm;
    EXPECT_FALSE(Verify(test::Base64Url(header) + "." + test::Base64Url(payload) + ".")) << algorithm;
    EXPECT_FALSE(Verify(test::Base64Url(header) + "." + test::Base64Url(payload) + ".AAAA")) << algorithm;
  }
}

TEST_F(TokensTest, AStrangeHeaderIsRefused) {
  for (const char* header :
       {"", "{", "{}", "[]", "7", "null", R"("HS256")", R"({"alg":256})", R"({"alg":null})",
        R"({"alg":"HS256","typ":7})", R"({"alg":"HS256","typ":"JWE"})", R"({"alg":"HS256","crit":["exp"]})",
        "{\"alg\":\"HS256\xff\"}"}) {
    EXPECT_FALSE(Verify(test::SignHmac(header, With(""), kOwnKey))) << header;
  }
  EXPECT_TRUE(Verify(test::SignHmac(R"({"alg":"HS256"})", With(""), kOwnKey))) << "typ may be missing";
}

TEST_F(TokensTest, TextThatIsNotATokenIsRefused) {
  for (const char* text : {"", ".", "..", "...", "a", "a.b", "a.b.c", "a..c", ".b.c", "a.b.", "made up",
                           "aaaa.bbbb.cccc.dddd", "\x80\x81.\xff.\xfe"}) {
    EXPECT_FALSE(Verify(text)) << text;
  }
}

TEST_F(TokensTest, ItsSizeIsBounded) {
  const auto padded = [](std::size_t size) {
    return test::SignHmac(With(R"("pad":")" + std::string(size, 'x') + '"'), kOwnKey);
  };
  std::size_t pad = 0;
  while (padded(pad + 1).size() <= limits::kTokenBytes) ++pad;
  EXPECT_TRUE(Verify(padded(pad)));
  EXPECT_FALSE(Verify(padded(pad + 1)));
}

// --- A portal's ---

TEST_F(TokensTest, APortalsTokenIsTakenForWhatItSays) {
  const auto read = Verify(test::SignHmac(With(R"("role":"host","room":"hall")"), kSecret));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->portal);
  EXPECT_EQ(read->name.shown, "ana");
  EXPECT_EQ(read->role, protocol::Role::kHost);
  EXPECT_EQ(read->room->key, "hall");
}

TEST_F(TokensTest, APortalCanSayNothingThatIsOnlyOurs) {
  const auto read = Verify(test::SignHmac(With(R"("guest":"k1","gen":"g1","portal":false)"), kSecret));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->guest, "");
  EXPECT_EQ(read->generation, "");
  EXPECT_TRUE(read->portal);
}

TEST_F(TokensTest, WithoutAPortalsKeyItsTokensAreNotGood) {
  EXPECT_FALSE(Tokens(kOwnKey).Verify(test::SignHmac(With(""), kSecret), WallTime(kNow)));
}

TEST_F(TokensTest, APublicKeyVerifiesItsOwnAlgorithmOnly) {
  const test::PemKey ec = test::MakeEcKey("P-256");
  const test::PemKey rsa = test::MakeRsaKey(2048);
  const std::string es256 = test::SignPem(R"({"alg":"ES256"})", With(""), ec);
  const std::string rs256 = test::SignPem(R"({"alg":"RS256"})", With(""), rsa);
  const Tokens with_ec(kOwnKey, Portal(PortalKey::Algorithm::kEs256, ec.public_key));
  const Tokens with_rsa(kOwnKey, Portal(PortalKey::Algorithm::kRs256, rsa.public_key));
  const WallTime now{kNow};
  EXPECT_TRUE(with_ec.Verify(es256, now));
  EXPECT_TRUE(with_rsa.Verify(rs256, now));
  EXPECT_FALSE(with_ec.Verify(rs256, now));
  EXPECT_FALSE(with_rsa.Verify(es256, now));
  EXPECT_FALSE(with_ec.Verify(test::SignPem(R"({"alg":"ES256"})", With(""), test::MakeEcKey("P-256")), now));
  EXPECT_FALSE(with_ec.Verify(test::SignPem(R"({"alg":"RS256"})", With(""), ec), now));
  EXPECT_FALSE(with_rsa.Verify(test::SignPem(R"({"alg":"RS384"})", With(""), rsa), now));
  EXPECT_TRUE(with_ec.Verify(with_ec.Mint(Of("ana"), now), now)) << "our own stay good";
}

// Whoever knows a public key could otherwise sign with its text.
TEST_F(TokensTest, APublicKeyIsNotUsedAsAnHmacSecret) {
  for (const test::PemKey& key : {test::MakeEcKey("P-256"), test::MakeRsaKey(2048)}) {
    std::string error;
    const Tokens tokens(kOwnKey, ReadPortalKey(key.public_key, error));
    EXPECT_FALSE(tokens.Verify(test::SignHmac(With(""), key.public_key), WallTime(kNow)));
  }
}

TEST_F(TokensTest, ASignatureThatIsNoneIsRefused) {
  const test::PemKey ec = test::MakeEcKey("P-256");
  const Tokens tokens(kOwnKey, Portal(PortalKey::Algorithm::kEs256, ec.public_key));
  const std::string text = test::Base64Url(R"({"alg":"ES256"})") + "." + test::Base64Url(With("")) + ".";
  for (const std::size_t size : {1U, 63U, 64U, 65U, 70U, 128U, 1000U}) {
    for (const char byte : {'\0', '\x01', '\xff'}) {
      EXPECT_FALSE(tokens.Verify(text + test::Base64Url(std::string(size, byte)), WallTime(kNow))) << size;
    }
  }
}

// --- What is wrong ---

class TokenFaults : public TokensTest {
 protected:
  // The claim that is at fault; empty: the token is good.
  [[nodiscard]] std::string FaultOf(const std::string& token) const { return FaultIn(tokens_, token); }
  [[nodiscard]] static std::string FaultIn(const Tokens& tokens, const std::string& token) {
    const TokenReport report = tokens.Examine(token, WallTime(kNow));
    EXPECT_EQ(report.claims.has_value(), report.fault.claim.empty());
    EXPECT_EQ(report.fault.claim.empty(), report.fault.reason.empty());
    EXPECT_TRUE(token.empty() || report.fault.reason.find(token) == std::string::npos);
    return report.fault.claim;
  }
  [[nodiscard]] std::string FaultOfOwn(const std::string& payload) const {
    return FaultOf(test::SignHmac(payload, kOwnKey));
  }
};

TEST_F(TokenFaults, AGoodTokenHasNone) {
  EXPECT_EQ(FaultOfOwn(With("")), "");
  EXPECT_EQ(FaultOf(test::SignHmac(With(""), kSecret)), "");
  EXPECT_EQ(FaultOf(Mint(Of("ana"))), "");
}

TEST_F(TokenFaults, EachClaimIsNamed) {
  EXPECT_EQ(FaultOfOwn(R"({"sub":"ana"})"), "exp");
  EXPECT_EQ(FaultOfOwn(R"({"sub":"ana","exp":"soon"})"), "exp");
  EXPECT_EQ(FaultOfOwn(R"({"sub":"ana","exp":1699999000})"), "exp");
  EXPECT_EQ(FaultOfOwn(R"({"exp":1700003600})"), "sub");
  EXPECT_EQ(FaultOfOwn(R"({"exp":1700003600,"sub":7})"), "sub");
  EXPECT_EQ(FaultOfOwn(R"({"exp":1700003600,"sub":" ana"})"), "sub");
  EXPECT_EQ(FaultOfOwn(With(R"("nbf":1700009999)")), "nbf");
  EXPECT_EQ(FaultOfOwn(With(R"("iat":1700009999)")), "iat");
  EXPECT_EQ(FaultOfOwn(With(R"("role":"teacher")")), "role");
  EXPECT_EQ(FaultOfOwn(With(R"("room":"a/b")")), "room");
  EXPECT_EQ(FaultOfOwn(With(R"("guest":1)")), "guest");
  EXPECT_EQ(FaultOfOwn(With(R"("gen":1)")), "gen");
  EXPECT_EQ(FaultOfOwn(With(R"("portal":1)")), "portal");
  EXPECT_EQ(FaultOfOwn("[]"), "payload");
  EXPECT_EQ(FaultOfOwn("{"), "payload");
}

TEST_F(TokenFaults, EachFaultOutsideTheClaimsIsNamed) {
  EXPECT_EQ(FaultOf(""), "form");
  EXPECT_EQ(FaultOf("a.b"), "form");
  EXPECT_EQ(FaultOf(std::string(limits::kTokenBytes + 1, 'a')), "form");
  EXPECT_EQ(FaultOf(test::SignHmac("{", With(""), kOwnKey)), "header");
  EXPECT_EQ(FaultOf(test::SignHmac(R"({"alg":"HS256","crit":["b64"]})", With(""), kOwnKey)), "crit");
  EXPECT_EQ(FaultOf(test::SignHmac(With(""), std::string(32, 'x'))), "signature");
  EXPECT_EQ(FaultOf(test::SignPem(R"({"alg":"ES256"})", With(""), test::MakeEcKey("P-256"))), "alg");
  EXPECT_EQ(FaultIn(Tokens(kOwnKey), test::SignHmac(With(""), kSecret)), "signature");
}

TEST_F(TokenFaults, TheSignerOfARefusedTokenIsKnown) {
  const auto signer = [&](const std::string& key) {
    return tokens_.Examine(test::SignHmac(R"({"sub":"ana","exp":1})", key), WallTime(kNow)).signer;
  };
  EXPECT_EQ(signer(kOwnKey), TokenReport::Signer::kServer);
  EXPECT_EQ(signer(kSecret), TokenReport::Signer::kPortal);
  EXPECT_EQ(signer(std::string(32, 'x')), TokenReport::Signer::kNobody);
}

TEST_F(TokenFaults, AnybodyCanReadWhatATokenSays) {
  const auto contents = ReadContents(
      test::SignHmac(R"({"sub":"ana","role":"teacher","room":"lab","exp":7,"nbf":5,"gen":"g"})", "unknown"));
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->algorithm, "HS256");
  EXPECT_EQ(contents->name, "ana");
  EXPECT_EQ(contents->role, "teacher");
  EXPECT_EQ(contents->room, "lab");
  EXPECT_EQ(contents->begins, std::chrono::sys_seconds(seconds(5)));
  EXPECT_EQ(contents->expires, std::chrono::sys_seconds(seconds(7)));
  EXPECT_TRUE(contents->of_account);
  EXPECT_FALSE(contents->of_guest);
  EXPECT_FALSE(ReadContents("no.token"));
}

}  // namespace
}  // namespace parley
