// What browsers sent, as tests/vectors/packets has it: each packet is read to its end, and a packet that is
// written with what was read has the same bytes.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "common/codec/ice_stun.h"
#include "common/codec/red.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtcp_feedback.h"
#include "common/codec/rtp.h"
#include "common/codec/vp8.h"

namespace parley {
namespace {

struct BrowserCase {
  std::string name;
  int opus, red, pictures, repeats;  // payload types; no RED: -1
  std::set<int> reports;             // the types of RTCP packets
};

void PrintTo(const BrowserCase& one, std::ostream* out) {
  *out << one.name;
}

std::vector<std::string> PacketsOf(const std::string& browser, const std::string& kind) {
  std::ifstream file(PARLEY_VECTORS "/packets/" + browser + ".txt");
  std::vector<std::string> packets;
  std::string name, hex;
  while (file >> name >> hex) {
    if (name != kind) continue;
    std::string& bytes = packets.emplace_back();
    for (std::size_t i = 0; i < hex.size(); i += 2)
      bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return packets;
}

class BrowserPackets : public ::testing::TestWithParam<BrowserCase> {
 protected:
  static std::vector<std::string> Packets(const std::string& kind) {
    return PacketsOf(GetParam().name, kind);
  }
};

TEST_P(BrowserPackets, ACheckHasTheNameAndTheRoleOfItsPage) {
  const auto checks = Packets("stun");
  ASSERT_GE(checks.size(), 2U);
  std::size_t nominating = 0;
  for (const std::string& bytes : checks) {
    const auto check = ReadIceCheck(bytes);
    ASSERT_TRUE(check);
    EXPECT_FALSE(check->to_ufrag.empty());
    EXPECT_GT(check->priority, 0U);
    EXPECT_EQ(check->role, IceCheck::Role::kControlling);
    EXPECT_EQ(check->unknown, 0);
    nominating += check->nominates ? 1 : 0;
    EXPECT_FALSE(IsSignedWith(bytes, *check, "another password"));
  }
  EXPECT_GE(nominating, 1U);
}

TEST_P(BrowserPackets, APacketIsWrittenAsItWasRead) {
  std::map<int, std::size_t> counts;
  for (const std::string& bytes : Packets("rtp")) {
    ASSERT_FALSE(IsRtcp(bytes));
    const auto packet = ReadRtp(bytes);
    ASSERT_TRUE(packet);
    ++counts[packet->header.payload_type];
    std::vector<RtpExtension> extensions;
    RtpExtensionReader reader(*packet);
    while (const auto extension = reader.Next()) extensions.push_back(*extension);
    EXPECT_FALSE(extensions.empty());
    const bool padded = (bytes[0] & 0x20) != 0;
    if (padded) {
      EXPECT_EQ(packet->payload, "");
      continue;
    }
    std::string written;
    AppendRtp(written, packet->header, extensions, packet->payload);
    EXPECT_EQ(written, bytes);
  }
  for (const int type : {GetParam().opus, GetParam().pictures, GetParam().repeats}) {
    if (type != GetParam().opus || GetParam().red < 0) {
      EXPECT_GT(counts[type], 0U) << type;
    }
  }
}

TEST_P(BrowserPackets, APictureHasItsNumbers) {
  std::size_t starts = 0, keys = 0;
  for (const std::string& bytes : Packets("rtp")) {
    const auto packet = ReadRtp(bytes);
    if (packet->header.payload_type != GetParam().pictures) continue;
    const auto picture = ReadVp8(packet->payload);
    ASSERT_TRUE(picture);
    EXPECT_TRUE(picture->picture_id);
    EXPECT_TRUE(picture->base_picture);
    starts += picture->starts_frame ? 1 : 0;
    keys += picture->key_frame ? 1 : 0;
  }
  EXPECT_GT(starts, 0U);
  EXPECT_GT(keys, 0U);
}

TEST_P(BrowserPackets, AVoiceWithRedundancyHasItsBlocks) {
  std::size_t max = 0;
  for (const std::string& bytes : Packets("rtp")) {
    const auto packet = ReadRtp(bytes);
    if (packet->header.payload_type != GetParam().red) continue;
    RedReader reader(packet->payload);
    std::size_t blocks = 0;
    auto step = reader.Next();
    for (; step.status == RedReader::Status::kBlock; step = reader.Next(), ++blocks) {
      EXPECT_EQ(step.block.payload_type, GetParam().opus);
      EXPECT_FALSE(step.block.data.empty());
    }
    EXPECT_EQ(step.status, RedReader::Status::kEnd);
    max = std::max(max, blocks);
  }
  EXPECT_EQ(max > 1, GetParam().red >= 0);
}

TEST_P(BrowserPackets, ACompoundIsReadToItsEnd) {
  std::set<int> types;
  for (const std::string& bytes : Packets("rtcp")) {
    ASSERT_TRUE(IsRtcp(bytes));
    RtcpReader reader(bytes);
    auto step = reader.Next();
    for (; step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
      const auto type = static_cast<RtcpType>(step.packet.type);
      types.insert(step.packet.type);
      EXPECT_TRUE(type != RtcpType::kSenderReport || ReadSenderReport(step.packet));
      EXPECT_TRUE(type != RtcpType::kReceiverReport || ReadReceiverReport(step.packet));
      EXPECT_TRUE(type != RtcpType::kBye || ReadBye(step.packet));
      EXPECT_TRUE(type != RtcpType::kPayloadFeedback || ReadPictureLoss(step.packet) ||
                  ReadRemb(step.packet) || ReadFullIntraRequest(step.packet));
    }
    EXPECT_EQ(step.status, RtcpReader::Status::kEnd);
  }
  EXPECT_EQ(types, GetParam().reports);
}

INSTANTIATE_TEST_SUITE_P(Browsers, BrowserPackets,
                         ::testing::Values(BrowserCase{"chromium", 111, 63, 96, 97, {200, 201, 202}},
                                           BrowserCase{
                                               "firefox", 109, -1, 120, 124, {200, 201, 202, 203, 206}}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace parley
