#include "common/codec/stun.h"

#include <gtest/gtest.h>

#include <string>

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
  const auto binding = ReadStunBinding(kResponse, kTransaction);
  ASSERT_TRUE(binding);
  EXPECT_EQ(binding->address, "192.0.2.1:32853");
}

TEST(Stun, AnAddressOfIPv6IsNotSaid) {
  const std::string response = "\x01\x01\x00\x18\x21\x12\xA4\x42"s + kTransaction +
                               "\x00\x20\x00\x14\x00\x02\xA1\x47"s + std::string(16, 'a');
  const auto binding = ReadStunBinding(response, kTransaction);
  ASSERT_TRUE(binding);
  EXPECT_EQ(binding->address, "");
}

TEST(Stun, WhatIsCutAnywhereIsNoResponse) {
  for (std::size_t length = 0; length < kResponse.size(); ++length) {
    EXPECT_FALSE(ReadStunBinding(kResponse.substr(0, length), kTransaction)) << length;
  }
}

TEST(Stun, AnothersTransactionAndAnErrorAreNoResponse) {
  std::string other = kTransaction;
  other.back() ^= 1;
  EXPECT_FALSE(ReadStunBinding(kResponse, other));
  std::string error = kResponse;
  error[1] = '\x11';
  EXPECT_FALSE(ReadStunBinding(error, kTransaction));
  std::string no_cookie = kResponse;
  no_cookie[4] = 0;
  EXPECT_FALSE(ReadStunBinding(no_cookie, kTransaction));
}

TEST(Stun, AnAttributeThatIsLongerThanTheRestIsNoResponse) {
  std::string response = kResponse;
  response[22] = '\x7F';
  EXPECT_FALSE(ReadStunBinding(response, kTransaction));
}

}  // namespace
}  // namespace parley
