#include "common/codec/rtcp.h"

#include <cassert>
#include <cstddef>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kBlockBytes = 24;
constexpr std::size_t kSenderBytes = 24;  // of a sender report, before its blocks
constexpr unsigned kVersion = 2;
constexpr unsigned kPaddingBit = 0x20;
constexpr unsigned kCountBits = 0x1F;
[[maybe_unused]] constexpr std::size_t kBlocks = 31;
constexpr unsigned kCanonicalName = 1;  // CNAME

bool Is(const RtcpPacket& packet, RtcpType type) {
  return packet.type == static_cast<std::uint8_t>(type);
}

// `count` blocks from `at` on; false if there are fewer. What follows them is an extension of a profile.
bool ReadBlocks(std::string_view body, std::size_t at, std::size_t count, std::vector<ReportBlock>& blocks) {
  if (body.size() < at + count * kBlockBytes) return false;
  for (std::size_t i = 0; i < count; ++i, at += kBlockBytes) {
    ReportBlock block;
    block.ssrc = ReadU32(body, at);
    block.fraction_lost = ReadU8(body, at + 4);
    block.lost = static_cast<std::int32_t>(ReadU24(body, at + 5) << 8U) >> 8;  // with its sign
    block.highest_sequence = ReadU32(body, at + 8);
    block.jitter = ReadU32(body, at + 12);
    block.last_report = ReadU32(body, at + 16);
    block.since_last_report = ReadU32(body, at + 20);
    blocks.push_back(block);
  }
  return true;
}

void AppendBlocks(std::string& body, std::span<const ReportBlock> blocks) {
  assert(blocks.size() <= kBlocks);
  for (const ReportBlock& block : blocks) {
    AppendU32(body, block.ssrc);
    AppendU8(body, block.fraction_lost);
    AppendU24(body, static_cast<std::uint32_t>(block.lost) & 0xFFFFFFU);
    AppendU32(body, block.highest_sequence);
    AppendU32(body, block.jitter);
    AppendU32(body, block.last_report);
    AppendU32(body, block.since_last_report);
  }
}

}  // namespace

RtcpReader::Step RtcpReader::Next() {
  if (rest_.empty()) return {Status::kEnd, {}};
  const bool has_header = rest_.size() >= kHeaderBytes && ReadU8(rest_, 0) >> 6U == kVersion;
  const std::size_t size = has_header ? kHeaderBytes + std::size_t{4} * ReadU16(rest_, 2) : 0;
  if (!has_header || size > rest_.size()) return {Status::kBroken, {}};
  RtcpPacket packet{ReadU8(rest_, 1), static_cast<std::uint8_t>(ReadU8(rest_, 0) & kCountBits),
                    rest_.substr(kHeaderBytes, size - kHeaderBytes)};
  if ((ReadU8(rest_, 0) & kPaddingBit) != 0) {
    const std::size_t padding = packet.body.empty() ? 0 : ReadU8(packet.body, packet.body.size() - 1);
    // RFC 3550, section 6.4.1, allows padding only in the last packet, and only in whole words. But browsers
    // pad their transport-wide feedback by one to three bytes, in any packet.
    if (padding == 0 || padding > packet.body.size()) return {Status::kBroken, {}};
    packet.body.remove_suffix(padding);
  }
  rest_.remove_prefix(size);
  return {Status::kPacket, packet};
}

std::optional<SenderReport> ReadSenderReport(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kSenderReport) || packet.body.size() < kSenderBytes) return std::nullopt;
  SenderReport report;
  report.ssrc = ReadU32(packet.body, 0);
  report.ntp = ReadU64(packet.body, 4);
  report.timestamp = ReadU32(packet.body, 12);
  report.packets = ReadU32(packet.body, 16);
  report.bytes = ReadU32(packet.body, 20);
  if (!ReadBlocks(packet.body, kSenderBytes, packet.count, report.blocks)) return std::nullopt;
  return report;
}

std::optional<ReceiverReport> ReadReceiverReport(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kReceiverReport) || packet.body.size() < 4) return std::nullopt;
  ReceiverReport report;
  report.ssrc = ReadU32(packet.body, 0);
  if (!ReadBlocks(packet.body, 4, packet.count, report.blocks)) return std::nullopt;
  return report;
}

std::optional<std::vector<std::uint32_t>> ReadBye(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kBye) || packet.body.size() < std::size_t{4} * packet.count) return std::nullopt;
  std::vector<std::uint32_t> sources;
  for (std::size_t i = 0; i < packet.count; ++i) sources.push_back(ReadU32(packet.body, 4 * i));
  return sources;
}

void AppendRtcp(std::string& out, RtcpType type, std::uint8_t count, std::string_view body) {
  assert(body.size() % 4 == 0 && count <= kCountBits);
  AppendU8(out, kVersion << 6U | count);
  AppendU8(out, static_cast<unsigned>(type));
  AppendU16(out, static_cast<std::uint16_t>(body.size() / 4));
  out += body;
}

void AppendSenderReport(std::string& out, const SenderReport& report) {
  std::string body;
  AppendU32(body, report.ssrc);
  AppendU64(body, report.ntp);
  AppendU32(body, report.timestamp);
  AppendU32(body, report.packets);
  AppendU32(body, report.bytes);
  AppendBlocks(body, report.blocks);
  AppendRtcp(out, RtcpType::kSenderReport, static_cast<std::uint8_t>(report.blocks.size()), body);
}

void AppendReceiverReport(std::string& out, const ReceiverReport& report) {
  std::string body;
  AppendU32(body, report.ssrc);
  AppendBlocks(body, report.blocks);
  AppendRtcp(out, RtcpType::kReceiverReport, static_cast<std::uint8_t>(report.blocks.size()), body);
}

void AppendSourceName(std::string& out, std::uint32_t ssrc, std::string_view name) {
  assert(name.size() <= 255);
  std::string body;
  AppendU32(body, ssrc);
  AppendU8(body, kCanonicalName);
  AppendU8(body, static_cast<unsigned>(name.size()));
  body += name;
  // The list of items ends with at least one zero (section 6.5).
  do body += '\0';
  while (body.size() % 4 != 0);
  AppendRtcp(out, RtcpType::kSourceDescription, 1, body);
}

}  // namespace parley
