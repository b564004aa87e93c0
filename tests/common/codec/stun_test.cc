#include "common/codec/stun.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace parley {
namespace {

using namespace std::string_literals;

// RFC 5769, section 2.2.
const std::string kTransaction = "\xB7\xE7\xA7\x01\xBC\x34\xD6\x86\xFA\x87\xDF\xAE"s;
const std::string kResponse =
    "\x01\x01\x00\x3C\x21\x12\xA4\x42"s + kTransaction +
    "\x80\x22\x00\x0B"
    "test vector"
    "\x20"
    "\x00\x20\x00\x08\x00\x01\xA1\x47\xE1\x12\xA6\x43"
    "\x00\x08\x00\x14\x2B\x91\xF5\x99\xFD\x9E\x90\xC3\x8C\x74\x89\xF9\x2A\xF9\xBA\x53\xF0\x6B"
    "\xE7\xD7\x80\x28\x00\x04\xC0\x7D\x4C\x96"s;

TEST(Stun, ARequestIsABindingWithNoAttributes) {
  EXPECT_EQ(StunBindingRequest(kTransaction), "\x00\x01\x00\x00\x21\x12\xA4\x42"s + kTransaction);
}

TEST(Stun, AResponseTellsTheAddress) {
  const auto answer = ReadStunResponse(kResponse, kTransaction);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->mapped, "192.0.2.1:32853");
}

TEST(Stun, AnAddressOfIPv6IsNotSaid) {
  const std::string response = "\x01\x01\x00\x18\x21\x12\xA4\x42"s + kTransaction +
                               "\x00\x20\x00\x14\x00\x02\xA1\x47"s + std::string(16, 'a');
  const auto answer = ReadStunResponse(response, kTransaction);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->mapped, "");
}

TEST(Stun, ATruncatedResponseIsRejected) {
  for (std::size_t length = 0; length < kResponse.size(); ++length) {
    EXPECT_FALSE(ReadStunResponse(kResponse.substr(0, length), kTransaction)) << length;
  }
}

TEST(Stun, AnothersTransactionARequestAndWhatHasNoCookieAreNoResponse) {
  std::string other = kTransaction;
  other.back() ^= 1;
  EXPECT_FALSE(ReadStunResponse(kResponse, other));
  for (const auto& [at, byte] : {std::pair{0, '\x00'}, std::pair{0, '\x41'}, std::pair{4, '\x00'}}) {
    std::string changed = kResponse;
    changed[static_cast<std::size_t>(at)] = byte;
    EXPECT_FALSE(ReadStunResponse(changed, kTransaction)) << at;
  }
}

TEST(Stun, ARefusalTellsWhyAndWhoAsks) {
  const auto answer = ReadStunResponse("\x01\x13\x00\x20\x21\x12\xA4\x42"s + kTransaction +
                                           "\x00\x09\x00\x04\x00\x00\x04\x01\x00\x14\x00\x05"
                                           "realm\0\0\0\x00\x15\x00\x05"
                                           "nonce\0\0\0"s,
                                       kTransaction);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->success);
  EXPECT_EQ(answer->error, 401);
  EXPECT_EQ(answer->realm, "realm");
  EXPECT_EQ(answer->nonce, "nonce");
}

TEST(Turn, AnAllocationAsksForUdp) {
  EXPECT_EQ(TurnAllocateRequest(kTransaction, {}),
            "\x00\x03\x00\x08\x21\x12\xA4\x42"s + kTransaction + "\x00\x19\x00\x04\x11\x00\x00\x00"s);
}

// By the way of RFC 8489, 14.5, calculated with Python's hmac and hashlib.
TEST(Turn, CredentialsAreAddedAndSigned) {
  const StunCredentials who = {"1700000000:check", "secret", "chat.example", "f00d"};
  const std::string request = TurnReleaseRequest(kTransaction, who);
  EXPECT_EQ(request.substr(0, 8), "\x00\x04\x00\x4C\x21\x12\xA4\x42"s);
  EXPECT_EQ(request.substr(20),
            "\x00\x0D\x00\x04\x00\x00\x00\x00"
            "\x00\x06\x00\x10"
            "1700000000:check"
            "\x00\x14\x00\x0C"
            "chat.example"
            "\x00\x15\x00\x04"
            "f00d"
            "\x00\x08\x00\x14"s +
                "\x02\xFB\xC8\xE6\x54\x5E\xFD\xFE\xA7\xC7\xDD\xAF\x39\x7B\xB6\x22\xCD\xAC\x3D\x53"s);
}

TEST(Stun, AnAttributeLongerThanTheRestIsRejected) {
  std::string response = kResponse;
  response[22] = '\x7F';
  EXPECT_FALSE(ReadStunResponse(response, kTransaction));
}

}  // namespace
}  // namespace parley
