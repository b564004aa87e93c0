// Reads and writes transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): which
// packets of all streams arrived, and when. A sender estimates its bandwidth by it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/codec/rtcp.h"

namespace parley {

struct TransportFeedback {
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
  std::uint16_t first = 0;          // the transport-wide number of the first packet
  std::int32_t reference_time = 0;  // in 64 ms; 24 bits. Its origin is the receiver's own
  std::uint8_t number = 0;          // counts the feedbacks
  // For each packet from `first` on, at most limits::kFeedbackPackets: when it arrived after the one that
  // arrived before it, or after the reference time, in 0.25 ms. Nothing if it is lost.
  std::vector<std::optional<std::int16_t>> arrivals;
};

// By its header alone.
bool IsTransportFeedback(const RtcpPacket& packet);

// Nothing if it is something else, or malformed.
std::optional<TransportFeedback> ReadTransportFeedback(const RtcpPacket& packet);

// Appends the feedback, which has at least one packet.
void AppendTransportFeedback(std::string& out, const TransportFeedback& feedback);

}  // namespace parley
