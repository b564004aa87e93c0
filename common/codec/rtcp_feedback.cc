#include "common/codec/rtcp_feedback.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>

#include "common/base/media_limits.h"
#include "common/codec/big_endian.h"

namespace parley {
namespace {

constexpr std::uint8_t kNackFormat = 1;          // of RTPFB
constexpr std::uint8_t kPictureLossFormat = 1;   // of PSFB
constexpr std::uint8_t kFullIntraFormat = 4;     // of PSFB
constexpr std::uint8_t kApplicationFormat = 15;  // of PSFB; REMB is one of them
constexpr std::size_t kSourcesBytes = 8;         // the two sources at the start of each feedback
constexpr std::string_view kRembName = "REMB";
constexpr unsigned kMantissaBits = 18;
constexpr unsigned kMaskBits = 16;  // packets that one word of a NACK names after its first

bool Is(const RtcpPacket& packet, RtcpType type, std::uint8_t format, std::size_t least) {
  return packet.type == static_cast<std::uint8_t>(type) && packet.count == format &&
         packet.body.size() >= least;
}

std::string Sources(std::uint32_t sender, std::uint32_t media) {
  std::string body;
  AppendU32(body, sender);
  AppendU32(body, media);
  return body;
}

}  // namespace

std::optional<Nack> ReadNack(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kTransportFeedback, kNackFormat, kSourcesBytes + 4)) return std::nullopt;
  Nack nack{ReadU32(packet.body, 0), ReadU32(packet.body, 4), {}};
  const auto add = [&nack](unsigned sequence) {
    if (nack.sequences.size() < limits::kNackedPackets) {
      nack.sequences.push_back(static_cast<std::uint16_t>(sequence));
    }
  };
  for (std::size_t at = kSourcesBytes; at + 4 <= packet.body.size(); at += 4) {
    const unsigned first = ReadU16(packet.body, at);
    const unsigned mask = ReadU16(packet.body, at + 2);
    add(first);
    for (unsigned bit = 0; bit < kMaskBits; ++bit) {
      if ((mask >> bit & 1U) != 0) add(first + 1 + bit);
    }
  }
  return nack;
}

std::optional<PictureLoss> ReadPictureLoss(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kPayloadFeedback, kPictureLossFormat, kSourcesBytes)) return std::nullopt;
  return PictureLoss{ReadU32(packet.body, 0), ReadU32(packet.body, 4)};
}

std::optional<FullIntraRequest> ReadFullIntraRequest(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kPayloadFeedback, kFullIntraFormat, kSourcesBytes + 8)) return std::nullopt;
  if ((packet.body.size() - kSourcesBytes) % 8 != 0) return std::nullopt;
  FullIntraRequest request{ReadU32(packet.body, 0), {}};
  for (std::size_t at = kSourcesBytes; at < packet.body.size(); at += 8) {
    if (request.entries.size() == limits::kFeedbackSources) break;
    request.entries.push_back({ReadU32(packet.body, at), ReadU8(packet.body, at + 4)});
  }
  return request;
}

std::optional<Remb> ReadRemb(const RtcpPacket& packet) {
  if (!Is(packet, RtcpType::kPayloadFeedback, kApplicationFormat, kSourcesBytes + 8)) return std::nullopt;
  if (packet.body.substr(kSourcesBytes, 4) != kRembName) return std::nullopt;
  const std::size_t count = ReadU8(packet.body, 12);
  if (packet.body.size() < 16 + 4 * count) return std::nullopt;
  const std::uint32_t rate = ReadU24(packet.body, 13);
  const unsigned exponent = rate >> kMantissaBits;
  const std::uint64_t mantissa = rate & ((1U << kMantissaBits) - 1);
  Remb remb{ReadU32(packet.body, 0), 0, {}};
  // A rate beyond 64 bits is no rate: nobody has it.
  const bool fits = mantissa <= std::numeric_limits<std::uint64_t>::max() >> exponent;
  remb.bits_per_second = fits ? mantissa << exponent : std::numeric_limits<std::uint64_t>::max();
  for (std::size_t i = 0; i < std::min(count, limits::kFeedbackSources); ++i) {
    remb.sources.push_back(ReadU32(packet.body, 16 + 4 * i));
  }
  return remb;
}

void AppendNack(std::string& out, std::uint32_t sender, std::uint32_t media,
                std::span<const std::uint16_t> sequences) {
  std::string body = Sources(sender, media);
  for (std::size_t i = 0; i < sequences.size();) {
    const std::uint16_t first = sequences[i++];
    unsigned mask = 0;
    for (; i < sequences.size(); ++i) {
      const auto distance = static_cast<std::uint16_t>(sequences[i] - first);
      if (distance == 0 || distance > kMaskBits) break;
      mask |= 1U << (distance - 1U);
    }
    AppendU16(body, first);
    AppendU16(body, static_cast<std::uint16_t>(mask));
  }
  AppendRtcp(out, RtcpType::kTransportFeedback, kNackFormat, body);
}

void AppendPictureLoss(std::string& out, const PictureLoss& loss) {
  AppendRtcp(out, RtcpType::kPayloadFeedback, kPictureLossFormat, Sources(loss.sender, loss.media));
}

void AppendFullIntraRequest(std::string& out, const FullIntraRequest& request) {
  std::string body = Sources(request.sender, 0);
  for (const FullIntraRequest::Entry& entry : request.entries) {
    AppendU32(body, entry.ssrc);
    AppendU8(body, entry.number);
    AppendU24(body, 0);
  }
  AppendRtcp(out, RtcpType::kPayloadFeedback, kFullIntraFormat, body);
}

void AppendRemb(std::string& out, const Remb& remb) {
  assert(remb.sources.size() <= 255);
  std::uint64_t mantissa = remb.bits_per_second;
  std::uint32_t exponent = 0;
  for (; mantissa >> kMantissaBits != 0; ++exponent) mantissa >>= 1U;
  std::string body = Sources(remb.sender, 0);
  body += kRembName;
  AppendU8(body, static_cast<unsigned>(remb.sources.size()));
  AppendU24(body, exponent << kMantissaBits | static_cast<std::uint32_t>(mantissa));
  for (const std::uint32_t source : remb.sources) AppendU32(body, source);
  AppendRtcp(out, RtcpType::kPayloadFeedback, kApplicationFormat, body);
}

}  // namespace parley
