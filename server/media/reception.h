// Reception measures how one stream arrives, for receiver reports (RFC 3550, sections 6.4.1 and A.3, A.8).
// Senders adapt to these.

#pragma once

#include <cstdint>
#include <optional>

#include "common/base/clock.h"
#include "common/codec/rtcp.h"
#include "common/codec/rtp.h"

namespace parley {

// The time as sender reports have it. Its origin is our own: only differences count.
std::uint64_t NtpOf(MonotonicTime time);
// The middle 32 bits, as report blocks have them: in 1/65536 s.
std::uint32_t ShortNtpOf(MonotonicTime time);

// The latest sender report of a stream, and when it came.
struct KnownReport {
  SenderReport report;
  MonotonicTime arrived;
};

class Reception {
 public:
  explicit Reception(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  void Receive(const RtpHeader& header, MonotonicTime now);
  // A sender report of the stream has arrived.
  void Report(const SenderReport& report, MonotonicTime now);
  // The stream begins anew with other numbers.
  void Restart();

  // A block about all since the last one; nothing before the first packet.
  std::optional<ReportBlock> Take(std::uint32_t ssrc, MonotonicTime now);
  // The stream's timestamp at `now`, by its last sender report; nothing before that.
  [[nodiscard]] std::optional<std::uint32_t> TimestampAt(MonotonicTime now) const;
  [[nodiscard]] const std::optional<KnownReport>& report() const { return report_; }

 private:
  std::uint32_t clock_rate_;
  std::optional<std::uint64_t> first_, highest_;  // extended sequence numbers
  std::uint64_t received_ = 0;
  std::uint64_t expected_before_ = 0, received_before_ = 0;  // at the last block
  double jitter_ = 0;                                        // in units of the clock
  std::optional<double> transit_;
  std::optional<KnownReport> report_;
};

}  // namespace parley
