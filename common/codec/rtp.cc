#include "common/codec/rtp.h"

#include <algorithm>
#include <cassert>

#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr unsigned kVersion = 2;
constexpr unsigned kPaddingBit = 0x20;
constexpr unsigned kExtensionBit = 0x10;
constexpr unsigned kMarkerBit = 0x80;
// RFC 8285, sections 4.2 and 4.3: the forms with one and with two bytes before each value.
constexpr std::uint16_t kOneByteForm = 0xBEDE;
constexpr std::uint16_t kTwoByteForm = 0x1000;
constexpr std::uint16_t kTwoByteMask = 0xFFF0;
constexpr std::uint8_t kReservedId = 15;

bool FitsOneByte(const RtpExtension& extension) {
  return extension.id < kReservedId && !extension.value.empty() && extension.value.size() <= 16;
}

void AppendExtensions(std::string& out, std::span<const RtpExtension> extensions) {
  const bool one_byte = std::all_of(extensions.begin(), extensions.end(), FitsOneByte);
  AppendU16(out, one_byte ? kOneByteForm : kTwoByteForm);
  const std::size_t length_at = out.size();
  AppendU16(out, 0);
  for (const RtpExtension& extension : extensions) {
    assert(extension.id > 0 && extension.value.size() <= 255);
    const auto size = static_cast<unsigned>(extension.value.size());
    if (one_byte) {
      AppendU8(out, static_cast<unsigned>(extension.id) << 4U | (size - 1));
    } else {
      AppendU8(out, extension.id);
      AppendU8(out, size);
    }
    out += extension.value;
  }
  while ((out.size() - length_at) % 4 != 2) out += '\0';
  WriteU16(out, length_at, static_cast<std::uint16_t>((out.size() - length_at - 2) / 4));
}

}  // namespace

bool IsRtcp(std::string_view datagram) {
  return datagram.size() >= 2 && ReadU8(datagram, 1) >= 192 && ReadU8(datagram, 1) <= 223;
}

std::optional<std::size_t> RtpHeaderSize(std::string_view datagram) {
  if (datagram.size() < kRtpHeaderBytes || ReadU8(datagram, 0) >> 6U != kVersion) return std::nullopt;
  std::size_t size = kRtpHeaderBytes + std::size_t{4} * (ReadU8(datagram, 0) & 0x0FU);
  if ((ReadU8(datagram, 0) & kExtensionBit) != 0) {
    if (datagram.size() < size + 4) return std::nullopt;
    size += 4 + std::size_t{4} * ReadU16(datagram, size + 2);
  }
  if (datagram.size() < size) return std::nullopt;
  return size;
}

std::optional<RtpPacket> ReadRtp(std::string_view datagram) {
  const auto header_size = RtpHeaderSize(datagram);
  if (!header_size) return std::nullopt;
  RtpPacket packet;
  const unsigned first = ReadU8(datagram, 0);
  const unsigned second = ReadU8(datagram, 1);
  packet.header = {(second & kMarkerBit) != 0, static_cast<std::uint8_t>(second & 0x7FU),
                   ReadU16(datagram, 2), ReadU32(datagram, 4), ReadU32(datagram, 8)};
  if ((first & kExtensionBit) != 0) {
    const std::size_t at = kRtpHeaderBytes + std::size_t{4} * (first & 0x0FU);
    packet.extension_form = ReadU16(datagram, at);
    packet.extensions = datagram.substr(at + 4, *header_size - at - 4);
  }
  packet.payload = datagram.substr(*header_size);
  if ((first & kPaddingBit) != 0) {
    // The last byte counts itself (RFC 3550, section 5.1).
    const std::size_t padding = packet.payload.empty() ? 0 : ReadU8(datagram, datagram.size() - 1);
    if (padding == 0 || padding > packet.payload.size()) return std::nullopt;
    packet.payload.remove_suffix(padding);
  }
  return packet;
}

RtpExtensionReader::RtpExtensionReader(const RtpPacket& packet)
    : rest_(packet.extensions), one_byte_(packet.extension_form == kOneByteForm) {
  if (!one_byte_ && (packet.extension_form & kTwoByteMask) != kTwoByteForm) rest_ = {};
}

std::optional<RtpExtension> RtpExtensionReader::Next() {
  while (!rest_.empty() && rest_.front() == '\0') rest_.remove_prefix(1);  // padding
  const std::size_t header = one_byte_ ? 1 : 2;
  if (rest_.size() < header) return std::nullopt;
  const std::uint8_t first = ReadU8(rest_, 0);
  const auto id = static_cast<std::uint8_t>(one_byte_ ? first >> 4U : first);
  const std::size_t size = one_byte_ ? (first & 0x0FU) + 1U : ReadU8(rest_, 1);
  // The id 15 ends the list (section 4.2), and an id 0 with a length is not to be read either.
  if ((one_byte_ && (id == kReservedId || id == 0)) || size > rest_.size() - header) {
    rest_ = {};
    return std::nullopt;
  }
  const RtpExtension extension{id, rest_.substr(header, size)};
  rest_.remove_prefix(header + size);
  return extension;
}

std::optional<std::string_view> FindExtension(const RtpPacket& packet, std::uint8_t id) {
  RtpExtensionReader reader(packet);
  while (const auto extension = reader.Next()) {
    if (extension->id == id) return extension->value;
  }
  return std::nullopt;
}

void RewriteRtp(std::span<char> packet, const RtpHeader& header) {
  WriteU8(packet, 1, (header.marker ? kMarkerBit : 0U) | header.payload_type);
  WriteU16(packet, 2, header.sequence);
  WriteU32(packet, 4, header.timestamp);
  WriteU32(packet, 8, header.ssrc);
}

void AppendRtp(std::string& out, const RtpHeader& header, std::span<const RtpExtension> extensions,
               std::string_view payload) {
  AppendU8(out, kVersion << 6U | (extensions.empty() ? 0U : kExtensionBit));
  AppendU8(out, (header.marker ? kMarkerBit : 0U) | header.payload_type);
  AppendU16(out, header.sequence);
  AppendU32(out, header.timestamp);
  AppendU32(out, header.ssrc);
  if (!extensions.empty()) AppendExtensions(out, extensions);
  out += payload;
}

void AppendRtpPadding(std::string& packet, std::uint8_t bytes) {
  assert(packet.size() >= kRtpHeaderBytes && bytes > 0);
  packet[0] = static_cast<char>(static_cast<std::uint8_t>(packet[0]) | kPaddingBit);
  packet.append(bytes - 1U, '\0');
  packet += static_cast<char>(bytes);
}

}  // namespace parley
