#include "common/codec/ice_stun.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using namespace std::string_literals;

// RFC 5769, section 2.1: a check of ICE with its password.
const std::string kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
const std::string kCheckTransaction = "\xB7\xE7\xA7\x01\xBC\x34\xD6\x86\xFA\x87\xDF\xAE"s;
const std::string kCheck =
    "\x00\x01\x00\x58\x21\x12\xA4\x42"s + kCheckTransaction +
    "\x80\x22\x00\x10STUN test client"
    "\x00\x24\x00\x04\x6E\x00\x01\xFF"
    "\x80\x29\x00\x08\x93\x2F\xF9\xB1\x51\x26\x3B\x36"
    "\x00\x06\x00\x09"
    "evtj:h6vY\x20\x20\x20"
    "\x00\x08\x00\x14\x9A\xEA\xA7\x0C\xBF\xD8\xCB\x56\x78\x1E\xF2\xB5\xB2\xD3\xF2\x49\xC1\xB5\x71\xA2"
    "\x80\x28\x00\x04\xE5\x7A\x3B\xCF"s;
// Section 2.2: the answer for 192.0.2.1:32853, without its SOFTWARE, signed anew.
const SocketAddress kFrom = {{192, 0, 2, 1}, 32853, false};

IceCheck Asked() {
  IceCheck check;
  check.transaction = kCheckTransaction;
  check.to_ufrag = "server";
  check.from_ufrag = "page";
  check.priority = 1853824767;
  check.role = IceCheck::Role::kControlling;
  check.tie_breaker = 0x0102030405060708;
  return check;
}

TEST(IceStun, TheCheckOfTheRfcIsReadAndItsSignatureHolds) {
  const auto check = ReadIceCheck(kCheck);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->transaction, kCheckTransaction);
  EXPECT_EQ(check->to_ufrag, "evtj");
  EXPECT_EQ(check->from_ufrag, "h6vY");
  EXPECT_EQ(check->priority, 0x6E0001FFU);
  EXPECT_EQ(check->role, IceCheck::Role::kControlled);
  EXPECT_EQ(check->tie_breaker, 0x932FF9B151263B36U);
  EXPECT_FALSE(check->nominates);
  EXPECT_EQ(check->unknown, 0);
  EXPECT_TRUE(IsSignedWith(kCheck, *check, kPassword));
  EXPECT_FALSE(IsSignedWith(kCheck, *check, kPassword + "x"));
}

TEST(IceStun, ACheckThatIsCutOrChangedIsRejected) {
  for (std::size_t length = 0; length < kCheck.size(); ++length) {
    EXPECT_FALSE(ReadIceCheck(kCheck.substr(0, length))) << length;
  }
  for (std::size_t at = 0; at < kCheck.size(); ++at) {
    std::string changed = kCheck;
    changed[at] ^= 1;
    const auto check = ReadIceCheck(changed);
    EXPECT_FALSE(check && IsSignedWith(changed, *check, kPassword)) << at;
  }
}

// Whom a check is for is known before anything is computed from its bytes.
TEST(IceStun, AWrongFingerprintIsFoundWithTheSignature) {
  std::string changed = kCheck;
  changed.back() ^= 1;
  const auto check = ReadIceCheck(changed);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->to_ufrag, "evtj");
  EXPECT_FALSE(IsSignedWith(changed, *check, kPassword));
}

TEST(IceStun, ACheckThatIsWrittenIsRead) {
  IceCheck asked = Asked();
  for (const bool nominates : {false, true}) {
    asked.nominates = nominates;
    const std::string datagram = IceCheckRequest(asked, kPassword);
    const auto check = ReadIceCheck(datagram);
    ASSERT_TRUE(check);
    EXPECT_EQ(check->to_ufrag, "server");
    EXPECT_EQ(check->from_ufrag, "page");
    EXPECT_EQ(check->priority, asked.priority);
    EXPECT_EQ(check->role, IceCheck::Role::kControlling);
    EXPECT_EQ(check->tie_breaker, asked.tie_breaker);
    EXPECT_EQ(check->nominates, nominates);
    EXPECT_TRUE(IsSignedWith(datagram, *check, kPassword));
  }
}

TEST(IceStun, AnAnswerTellsTheAddressAndIsNoLargerThanTheCheck) {
  SocketAddress ipv6 = {{0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}, 9, true};
  for (const SocketAddress& from : {kFrom, ipv6}) {
    const std::string answer = IceAnswer(kCheckTransaction, from, kPassword);
    EXPECT_LE(answer.size(), IceCheckRequest(Asked(), kPassword).size());
    const auto reply = ReadIceReply(answer, kCheckTransaction, kPassword);
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->success);
    EXPECT_EQ(reply->mapped, from);
  }
}

TEST(IceStun, TheAddressInAnAnswerIsThatOfTheRfc) {
  const std::string answer = IceAnswer(kCheckTransaction, kFrom, kPassword);
  EXPECT_EQ(answer.substr(20, 12), "\x00\x20\x00\x08\x00\x01\xA1\x47\xE1\x12\xA6\x43"s);
}

TEST(IceStun, AnAnswerToAnotherOrWithAnotherPasswordIsRejected) {
  const std::string answer = IceAnswer(kCheckTransaction, kFrom, kPassword);
  EXPECT_FALSE(ReadIceReply(answer, "transactions", kPassword));
  EXPECT_FALSE(ReadIceReply(answer, kCheckTransaction, "other"));
  for (std::size_t length = 0; length < answer.size(); ++length) {
    EXPECT_FALSE(ReadIceReply(answer.substr(0, length), kCheckTransaction, kPassword)) << length;
  }
}

TEST(IceStun, ARefusalHasItsCode) {
  for (const int code : {420, 487}) {
    const std::string refusal = IceRefusal(kCheckTransaction, code, code == 420 ? 0x0030 : 0, kPassword);
    const auto reply = ReadIceReply(refusal, kCheckTransaction, kPassword);
    ASSERT_TRUE(reply);
    EXPECT_FALSE(reply->success);
    EXPECT_EQ(reply->error, code);
  }
}

TEST(IceStun, TwoNamesAreNeeded) {
  IceCheck asked = Asked();
  asked.to_ufrag = "";
  EXPECT_FALSE(ReadIceCheck(IceCheckRequest(asked, kPassword)));
}

}  // namespace
}  // namespace parley
