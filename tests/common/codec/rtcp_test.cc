#include "common/codec/rtcp.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley {
namespace {

using namespace std::string_literals;

const ReportBlock kBlock = {0x01020304, 12, -5, 0x00010007, 33, 0xAABBCCDD, 65536};

RtcpPacket Only(const std::string& compound) {
  RtcpReader reader(compound);
  const auto step = reader.Next();
  EXPECT_EQ(step.status, RtcpReader::Status::kPacket);
  EXPECT_EQ(reader.Next().status, RtcpReader::Status::kEnd);
  return step.packet;
}

TEST(Rtcp, ASenderReportThatIsWrittenIsRead) {
  std::string wire;
  AppendSenderReport(wire, {7, 0x0102030405060708, 9, 10, 11, {kBlock, kBlock}});
  EXPECT_EQ(wire.substr(0, 4), "\x82\xC8\x00\x12"s);
  const auto report = ReadSenderReport(Only(wire));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ssrc, 7U);
  EXPECT_EQ(report->ntp, 0x0102030405060708U);
  EXPECT_EQ(report->timestamp, 9U);
  EXPECT_EQ(report->packets, 10U);
  EXPECT_EQ(report->bytes, 11U);
  EXPECT_EQ(report->blocks, (std::vector{kBlock, kBlock}));
}

TEST(Rtcp, AReceiverReportThatIsWrittenIsRead) {
  for (const std::size_t count : {0U, 31U}) {
    std::string wire;
    AppendReceiverReport(wire, {7, std::vector(count, kBlock)});
    const auto report = ReadReceiverReport(Only(wire));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->blocks, std::vector(count, kBlock));
    EXPECT_FALSE(ReadSenderReport(Only(wire)));
  }
}

TEST(Rtcp, AReportWithFewerBlocksThanItSaysIsRejected) {
  std::string wire;
  AppendReceiverReport(wire, {7, {kBlock}});
  wire[0] = '\x82';
  EXPECT_FALSE(ReadReceiverReport(Only(wire)));
}

TEST(Rtcp, ACompoundIsReadOneAfterAnother) {
  std::string wire;
  AppendReceiverReport(wire, {7, {}});
  AppendSourceName(wire, 7, "room");
  AppendRtcp(wire, RtcpType::kBye, 1, "\x00\x00\x00\x07"s);
  RtcpReader reader(wire);
  EXPECT_EQ(reader.Next().packet.type, 201);
  const auto name = reader.Next().packet;
  EXPECT_EQ(name.type, 202);
  EXPECT_EQ(name.body, "\x00\x00\x00\x07\x01\x04room\0\0"s);
  EXPECT_EQ(ReadBye(reader.Next().packet), std::vector<std::uint32_t>{7});
  EXPECT_EQ(reader.Next().status, RtcpReader::Status::kEnd);
}

TEST(Rtcp, ACompoundThatIsCutIsBrokenWhereItIsCut) {
  std::string wire;
  AppendReceiverReport(wire, {7, {kBlock}});
  AppendReceiverReport(wire, {8, {}});
  for (std::size_t length = 1; length < wire.size(); ++length) {
    const std::string part = wire.substr(0, length);
    RtcpReader reader(part);
    auto step = reader.Next();
    if (length >= 32) {
      EXPECT_EQ(step.status, RtcpReader::Status::kPacket);
      if (length == 32) continue;
      step = reader.Next();
    }
    EXPECT_EQ(step.status, RtcpReader::Status::kBroken) << length;
    EXPECT_EQ(reader.Next().status, RtcpReader::Status::kBroken);
  }
}

TEST(Rtcp, PaddingIsCutOff) {
  std::string wire = "\xA1\xCB\x00\x02\x00\x00\x00\x07\x00\x00\x00\x04"s;
  EXPECT_EQ(ReadBye(Only(wire)), std::vector<std::uint32_t>{7});
  for (const char wrong : {'\x00', '\x09', '\xFF'}) {
    wire.back() = wrong;
    EXPECT_EQ(RtcpReader(wire).Next().status, RtcpReader::Status::kBroken);
  }
  wire.back() = '\x04';
  wire += "\x80\xC9\x00\x01\x00\x00\x00\x08"s;
  RtcpReader reader(wire);
  EXPECT_EQ(ReadBye(reader.Next().packet), std::vector<std::uint32_t>{7});
  EXPECT_EQ(ReadReceiverReport(reader.Next().packet)->ssrc, 8U);
}

TEST(Rtcp, AnotherVersionIsBroken) {
  EXPECT_EQ(RtcpReader(std::string_view("\x41\xC9\x00\x00", 4)).Next().status, RtcpReader::Status::kBroken);
}

}  // namespace
}  // namespace parley
