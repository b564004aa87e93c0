// Reads and writes RTCP (RFC 3550, section 6): the packets of a compound one after another, and reports. Sans
// I/O: what is read are views of the datagram, which must outlive them. Feedback is in rtcp_feedback.h.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

enum class RtcpType : std::uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSourceDescription = 202,
  kBye = 203,
  kTransportFeedback = 205,  // RTPFB (RFC 4585)
  kPayloadFeedback = 206,    // PSFB
};

struct RtcpPacket {
  std::uint8_t type = 0;   // as on the wire: others than those of RtcpType may come
  std::uint8_t count = 0;  // the 5 bits after the version: a number of items, or the format of a feedback
  std::string_view body;   // after the header of 4 bytes, without padding
};

// Walks through a compound. It need not begin with a report (RFC 5506).
class RtcpReader {
 public:
  explicit RtcpReader(std::string_view compound) : rest_(compound) {}

  enum class Status { kPacket, kEnd, kBroken };
  struct Step {
    Status status;
    RtcpPacket packet;  // with kPacket
  };
  // kBroken means that the rest is malformed. It is final, as kEnd is.
  Step Next();

 private:
  std::string_view rest_;
};

// A report block: a receiver's statistics of one source (section 6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;       // of 256, since the last report
  std::int32_t lost = 0;                // in all; 24 bits, negative if packets came twice
  std::uint32_t highest_sequence = 0;   // with the number of rounds in the upper half
  std::uint32_t jitter = 0;             // in units of the source's clock
  std::uint32_t last_report = 0;        // the middle of the last sender report's time; 0: there was none
  std::uint32_t since_last_report = 0;  // in 1/65536 s

  bool operator==(const ReportBlock&) const = default;
};

struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;  // 32 bits of seconds since 1900, 32 bits of their fraction
  std::uint32_t timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t bytes = 0;
  std::vector<ReportBlock> blocks;  // at most 31
};

struct ReceiverReport {
  std::uint32_t ssrc = 0;
  std::vector<ReportBlock> blocks;  // at most 31
};

// Nothing if it is another type, or malformed.
std::optional<SenderReport> ReadSenderReport(const RtcpPacket& packet);
std::optional<ReceiverReport> ReadReceiverReport(const RtcpPacket& packet);
// The sources that a BYE names (section 6.6); nothing if it is another type, or malformed.
std::optional<std::vector<std::uint32_t>> ReadBye(const RtcpPacket& packet);

void AppendSenderReport(std::string& out, const SenderReport& report);
void AppendReceiverReport(std::string& out, const ReceiverReport& report);
// The name of a source, which ties voice and picture together. At most 255 bytes.
void AppendSourceName(std::string& out, std::uint32_t ssrc, std::string_view name);

// Appends a whole packet. `body` is a multiple of 4.
void AppendRtcp(std::string& out, RtcpType type, std::uint8_t count, std::string_view body);

}  // namespace parley
