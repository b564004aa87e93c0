#include "common/codec/rtcp_feedback.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using namespace std::string_literals;
using Sequences = std::vector<std::uint16_t>;

RtcpPacket FirstOf(const std::string& compound) {
  RtcpReader reader(compound);
  return reader.Next().packet;
}

TEST(RtcpFeedback, ANackNamesPacketsByTheFirstAndAMask) {
  std::string wire;
  const Sequences missing = {65534, 65535, 3, 14, 15, 400};
  AppendNack(wire, 1, 2, missing);
  // 65534 with 65535 (bit 0), 3 (bit 4) and 14 (bit 15); 15; 400.
  EXPECT_EQ(
      wire,
      "\x81\xCD\x00\x05\x00\x00\x00\x01\x00\x00\x00\x02\xFF\xFE\x80\x11\x00\x0F\x00\x00\x01\x90\x00\x00"s);
  const auto nack = ReadNack(FirstOf(wire));
  ASSERT_TRUE(nack);
  EXPECT_EQ(nack->sender, 1U);
  EXPECT_EQ(nack->media, 2U);
  EXPECT_EQ(nack->sequences, missing);
}

TEST(RtcpFeedback, HalfAnEntryOfANackNamesNothing) {
  const std::string body("\0\0\0\1\0\0\0\2\0\7\0\0\0\x9\0", 15);
  const RtcpPacket packet{static_cast<std::uint8_t>(RtcpType::kTransportFeedback), 1, body};
  EXPECT_EQ(ReadNack(packet)->sequences, std::vector<std::uint16_t>{7});
}

TEST(RtcpFeedback, ANackOfMoreThanTheLimitIsCut) {
  std::string body = "\x00\x00\x00\x01\x00\x00\x00\x02"s;
  for (int i = 0; i < 100; ++i) body += "\x00\x01\xFF\xFF"s;
  std::string wire;
  AppendRtcp(wire, RtcpType::kTransportFeedback, 1, body);
  EXPECT_EQ(ReadNack(FirstOf(wire))->sequences.size(), limits::kNackedPackets);
}

TEST(RtcpFeedback, RequestsForAKeyFrameAreRead) {
  std::string wire;
  AppendPictureLoss(wire, {1, 2});
  EXPECT_EQ(wire, "\x81\xCE\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02"s);
  EXPECT_EQ(ReadPictureLoss(FirstOf(wire))->media, 2U);
  EXPECT_FALSE(ReadFullIntraRequest(FirstOf(wire)));

  std::string other;
  const std::vector<FullIntraRequest::Entry> entries = {{5, 1}, {6, 255}};
  AppendFullIntraRequest(other, {1, entries});
  EXPECT_EQ(ReadFullIntraRequest(FirstOf(other))->entries, entries);
  EXPECT_FALSE(ReadPictureLoss(FirstOf(other)));
}

TEST(RtcpFeedback, AFullIntraRequestOfMoreThanTheLimitIsCut) {
  std::string wire;
  AppendFullIntraRequest(wire, {1, std::vector<FullIntraRequest::Entry>(limits::kFeedbackSources + 1)});
  EXPECT_EQ(ReadFullIntraRequest(FirstOf(wire))->entries.size(), limits::kFeedbackSources);
}

TEST(RtcpFeedback, AnEstimateIsReadToItsEighteenBits) {
  std::string wire;
  AppendRemb(wire, {1, 123'456, {7, 8}});
  const auto remb = ReadRemb(FirstOf(wire));
  ASSERT_TRUE(remb);
  EXPECT_EQ(remb->bits_per_second, 123'456U);
  EXPECT_EQ(remb->sources, (std::vector<std::uint32_t>{7, 8}));
  std::string fast;
  AppendRemb(fast, {1, 10'000'000'001, {}});
  EXPECT_LE(ReadRemb(FirstOf(fast))->bits_per_second, 10'000'000'001U);
  EXPECT_GT(ReadRemb(FirstOf(fast))->bits_per_second, 9'999'900'000U);
}

TEST(RtcpFeedback, AnEstimateBeyondAllNumbersIsTheLargest) {
  std::string wire;
  AppendRemb(wire, {1, 0, {}});
  wire.replace(17, 3, "\xFF\xFF\xFF");
  EXPECT_EQ(ReadRemb(FirstOf(wire))->bits_per_second, 0xFFFFFFFFFFFFFFFFU);
}

TEST(RtcpFeedback, MoreSourcesThanTheLimitAreCut) {
  std::string wire;
  AppendRemb(wire, {1, 5, std::vector<std::uint32_t>(limits::kFeedbackSources + 1, 7)});
  EXPECT_EQ(ReadRemb(FirstOf(wire))->sources.size(), limits::kFeedbackSources);
}

TEST(RtcpFeedback, APacketShorterThanItsLengthsIsRejected) {
  std::string wire;
  AppendRemb(wire, {1, 5, {7}});
  wire[16] = '\x02';
  EXPECT_FALSE(ReadRemb(FirstOf(wire)));
  std::string empty;
  AppendRtcp(empty, RtcpType::kTransportFeedback, 1, "\x00\x00\x00\x01\x00\x00\x00\x02"s);
  EXPECT_FALSE(ReadNack(FirstOf(empty)));
  std::string odd;
  AppendRtcp(odd, RtcpType::kPayloadFeedback, 4, std::string(20, 'x'));
  EXPECT_FALSE(ReadFullIntraRequest(FirstOf(odd)));
}

}  // namespace
}  // namespace parley
