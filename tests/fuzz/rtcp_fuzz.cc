// RTCP: a compound ends, nothing is read beyond its limits, and each packet that is understood reads the same
// after it was written.
//
// Input: a compound.

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/media_limits.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtcp_feedback.h"
#include "common/codec/transport_feedback.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace parley;  // NOLINT(google-build-using-namespace): nearly all of it is used
using fuzz::Require;

RtcpPacket Only(std::string_view wire) {
  RtcpReader reader(wire);
  const auto step = reader.Next();
  Require(step.status == RtcpReader::Status::kPacket && reader.Next().status == RtcpReader::Status::kEnd);
  return step.packet;
}

void CheckReports(const RtcpPacket& packet) {
  std::string wire;
  if (const auto report = ReadSenderReport(packet)) {
    AppendSenderReport(wire, *report);
    const auto again = ReadSenderReport(Only(wire));
    Require(again && again->blocks == report->blocks && again->ntp == report->ntp);
  } else if (const auto received = ReadReceiverReport(packet)) {
    AppendReceiverReport(wire, *received);
    Require(ReadReceiverReport(Only(wire))->blocks == received->blocks);
  } else if (const auto gone = ReadBye(packet)) {
    Require(gone->size() == packet.count);
  }
}

void CheckFeedback(const RtcpPacket& packet) {
  std::string wire;
  if (const auto nack = ReadNack(packet)) {
    Require(nack->sequences.size() <= limits::kNackedPackets);
    AppendNack(wire, nack->sender, nack->media, nack->sequences);
    Require(ReadNack(Only(wire))->sequences.size() <= nack->sequences.size());
  } else if (const auto loss = ReadPictureLoss(packet)) {
    AppendPictureLoss(wire, *loss);
    Require(ReadPictureLoss(Only(wire))->media == loss->media);
  } else if (const auto request = ReadFullIntraRequest(packet)) {
    AppendFullIntraRequest(wire, *request);
    Require(ReadFullIntraRequest(Only(wire))->entries == request->entries);
  } else if (const auto remb = ReadRemb(packet)) {
    AppendRemb(wire, *remb);
    const auto again = ReadRemb(Only(wire));
    Require(again && again->sources == remb->sources && again->bits_per_second <= remb->bits_per_second);
  } else if (const auto feedback = ReadTransportFeedback(packet)) {
    Require(!feedback->arrivals.empty() && feedback->arrivals.size() <= limits::kFeedbackPackets);
    AppendTransportFeedback(wire, *feedback);
    const auto again = ReadTransportFeedback(Only(wire));
    Require(again && again->arrivals == feedback->arrivals && again->first == feedback->first &&
            again->reference_time == feedback->reference_time);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RtcpReader reader(fuzz::Text(data, size));
  for (std::size_t packets = 0;; ++packets) {
    Require(packets <= size / 4);
    const auto step = reader.Next();
    if (step.status != RtcpReader::Status::kPacket) break;
    CheckReports(step.packet);
    CheckFeedback(step.packet);
  }
  return 0;
}
