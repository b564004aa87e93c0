#include "server/media/reception.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/media/extended_sequence.h"

namespace parley {
namespace {

constexpr std::int64_t kMostLost = 0x7FFFFF;  // 24 bits with a sign

double InSeconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

// `time` in units of a clock. 64 bits hold that of any process.
std::uint64_t UnitsOf(Duration time, std::uint32_t clock_rate) {
  return static_cast<std::uint64_t>(InSeconds(time) * clock_rate);
}

}  // namespace

std::uint64_t NtpOf(MonotonicTime time) {
  const auto since = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const double fraction = InSeconds(since - seconds);
  return (static_cast<std::uint64_t>(seconds.count()) << 32U) +
         static_cast<std::uint64_t>(fraction * 4294967296.0);
}

std::uint32_t ShortNtpOf(MonotonicTime time) {
  return static_cast<std::uint32_t>(NtpOf(time) >> 16U);
}

void Reception::Receive(const RtpHeader& header, MonotonicTime now) {
  ++received_;
  const std::uint64_t extended =
      highest_ ? ExtendSequence(*highest_, header.sequence) : kFirstSequence + header.sequence;
  if (!highest_) first_ = extended;
  highest_ = std::max(highest_.value_or(extended), extended);
  const double transit = InSeconds(now.time_since_epoch()) * clock_rate_ - header.timestamp;
  if (transit_) {
    const double change = std::abs(transit - *transit_);
    // A timestamp that wraps around, or a new start, is no jitter.
    if (change < 10.0 * clock_rate_) jitter_ += (change - jitter_) / 16;
  }
  transit_ = transit;
}

void Reception::Report(const SenderReport& report, MonotonicTime now) {
  report_ = {report, now};
}

void Reception::Restart() {
  *this = Reception(clock_rate_);
}

std::optional<ReportBlock> Reception::Take(std::uint32_t ssrc, MonotonicTime now) {
  if (!highest_) return std::nullopt;
  const std::uint64_t expected = *highest_ - *first_ + 1;
  const auto lost = static_cast<std::int64_t>(expected) - static_cast<std::int64_t>(received_);
  const auto expected_now = static_cast<std::int64_t>(expected - expected_before_);
  const auto lost_now = expected_now - static_cast<std::int64_t>(received_ - received_before_);
  expected_before_ = expected;
  received_before_ = received_;
  ReportBlock block;
  block.ssrc = ssrc;
  if (expected_now > 0 && lost_now > 0) {
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(lost_now * 256 / expected_now, 255));
  }
  block.lost = static_cast<std::int32_t>(std::clamp(lost, -kMostLost, kMostLost));
  block.highest_sequence = static_cast<std::uint32_t>(*highest_ - kFirstSequence);
  block.jitter = static_cast<std::uint32_t>(jitter_);
  if (report_) {
    block.last_report = static_cast<std::uint32_t>(report_->report.ntp >> 16U);
    // The field holds 18 hours.
    block.since_last_report = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        UnitsOf(now - report_->arrived, 65536), std::numeric_limits<std::uint32_t>::max()));
  }
  return block;
}

std::optional<std::uint32_t> Reception::TimestampAt(MonotonicTime now) const {
  if (!report_) return std::nullopt;
  return report_->report.timestamp +
         static_cast<std::uint32_t>(UnitsOf(now - report_->arrived, clock_rate_) & 0xFFFFFFFFU);
}

}  // namespace parley
