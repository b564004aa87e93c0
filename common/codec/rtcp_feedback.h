// Reads and writes RTCP feedback: NACK and PLI (RFC 4585), FIR (RFC 5104), and REMB, the receiver's
// bandwidth estimate (draft-alvestrand-rmcat-remb). Transport-wide feedback is in transport_feedback.h.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/codec/rtcp.h"

namespace parley {

// Packets of `media` that `sender` misses.
struct Nack {
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
  std::vector<std::uint16_t> sequences;  // at most limits::kNackedPackets; what is beyond is left out
};
// A request for a key frame.
struct PictureLoss {
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
};
// The same, for several sources. A request that is repeated has the number of the first.
struct FullIntraRequest {
  struct Entry {
    std::uint32_t ssrc = 0;
    std::uint8_t number = 0;

    bool operator==(const Entry&) const = default;
  };
  std::uint32_t sender = 0;
  std::vector<Entry> entries;  // at most limits::kFeedbackSources
};
struct Remb {
  std::uint32_t sender = 0;
  std::uint64_t bits_per_second = 0;
  std::vector<std::uint32_t> sources;  // at most limits::kFeedbackSources
};

// Nothing if it is something else, or malformed.
std::optional<Nack> ReadNack(const RtcpPacket& packet);
std::optional<PictureLoss> ReadPictureLoss(const RtcpPacket& packet);
std::optional<FullIntraRequest> ReadFullIntraRequest(const RtcpPacket& packet);
std::optional<Remb> ReadRemb(const RtcpPacket& packet);

// `sequences` are in ascending order (on the circle), without repetitions: then neighbours share a word.
void AppendNack(std::string& out, std::uint32_t sender, std::uint32_t media,
                std::span<const std::uint16_t> sequences);
void AppendPictureLoss(std::string& out, const PictureLoss& loss);
void AppendFullIntraRequest(std::string& out, const FullIntraRequest& request);
// The rate is rounded down to the 18 bits of mantissa that there are.
void AppendRemb(std::string& out, const Remb& remb);

}  // namespace parley
