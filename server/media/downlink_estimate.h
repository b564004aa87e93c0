// DownlinkEstimate estimates the bandwidth of the connection to one page, from the packets that are sent and
// the page's transport-wide feedback. It does no I/O. Decision 0018 explains it.
//
// The estimate falls when a queue grows on the way to the page, or when many packets are lost, but not below
// 85 % of the rate that arrives. It rises slowly by itself, up to 1.5 times the rate that arrives. It rises
// at once to a rate that has arrived without a queue. DownlinkProbe adds padding, so that this rate can
// exceed that of the media.
//
// It has more than 12 members because it keeps each kind of evidence, and the decisions that follow from it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/clock.h"
#include "common/codec/transport_feedback.h"
#include "server/media/arrival_rate.h"
#include "server/media/delay_trend.h"
#include "server/media/sent_packets.h"

namespace parley {

class DownlinkEstimate {
 public:
  DownlinkEstimate();

  // A packet with a payload of that size goes out now. Returns its transport-wide number.
  std::uint16_t Send(std::size_t payload, MonotonicTime now);
  // Whether a report may be read now. Each call counts as a report. A page has a budget of them, so that it
  // cannot keep the server busy.
  [[nodiscard]] bool MayReceive(MonotonicTime now);
  void Receive(const TransportFeedback& feedback, MonotonicTime now);
  // Takes the page's own estimate (REMB), which is an upper bound for a while.
  void Bound(std::uint64_t bits_per_second, MonotonicTime now);

  // Whether the page has reported arrivals, and no report has been missing for long. Otherwise there is no
  // estimate. A page to which nothing is sent has nothing to report.
  [[nodiscard]] bool IsKnown(MonotonicTime now) const;
  // Whether the page has reported within the last second. Browsers report every 250 ms at least.
  [[nodiscard]] bool Hears(MonotonicTime now) const {
    return received_ && now - *received_ <= std::chrono::seconds(1);
  }
  [[nodiscard]] std::uint64_t bits_per_second(MonotonicTime now) const;
  // The rate that arrived recently, in bits per second.
  [[nodiscard]] std::uint64_t arrives() const;
  // A probe sends packets at this rate, which is above the estimate. 0: the probe has ended.
  void Try(std::uint64_t bits_per_second) { tried_ = static_cast<double>(bits_per_second); }
  // Bytes that were sent so far, with the headers of the network.
  [[nodiscard]] std::uint64_t sent() const { return sent_bytes_; }
  // Whether there is no sign of congestion: no queue, no high loss, and no fall of the estimate for `time`.
  [[nodiscard]] bool IsCalm(Duration time, MonotonicTime now) const;
  // Whether the server may send more than now, within the estimate: false just after a fall.
  [[nodiscard]] bool MayRaise(MonotonicTime now) const;
  // When the estimate fell last.
  [[nodiscard]] std::optional<MonotonicTime> fell() const { return fell_; }

 private:
  void CountLoss(MonotonicTime now);
  [[nodiscard]] bool IsCongested(MonotonicTime now);
  void Fall(MonotonicTime now);
  void Rise(Duration passed);

  SentPackets packets_;
  DelayTrend trend_;
  ArrivalRate arrivals_;
  double rate_;
  double tried_ = 0;
  std::optional<double> carried_;  // what arrived when the estimate fell
  std::uint64_t sent_bytes_ = 0;
  Duration own_{0};  // of the latest packet
  MonotonicTime own_at_;
  std::optional<std::int32_t> reference_;  // of the latest feedback
  Duration reference_time_{0};             // the same, since the first one
  MonotonicTime newest_sent_;              // of what has arrived
  std::optional<MonotonicTime> fell_, received_;
  std::optional<MonotonicTime> owed_;  // when the first packet went out after the latest report
  std::size_t read_ = 0;               // packets and reports since `read_since_`, for MayReceive
  MonotonicTime read_since_;
  std::uint64_t arrived_ = 0, lost_ = 0;  // packets since `counted_`
  MonotonicTime counted_;
  double loss_ = 0, usual_loss_ = 0;  // shares: of the latest period, and smoothed
  bool drains_ = false;               // since the fall, a long queue is being emptied
  int lossy_ = 0;                     // periods with high loss, in a row
  int standing_ = 0;                  // falls because of a queue that does not become shorter, in a row
  std::uint64_t bound_ = 0;
  std::optional<MonotonicTime> bounded_;
};

}  // namespace parley
