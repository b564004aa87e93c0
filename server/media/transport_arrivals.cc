#include "server/media/transport_arrivals.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "common/base/media_limits.h"
#include "server/media/extended_sequence.h"

namespace parley {
namespace {

using Quarter = std::chrono::duration<std::int64_t, std::ratio<1, 4000>>;  // 0.25 ms
constexpr std::int64_t kReference = 256;  // quarters in 64 ms, the unit of the reference time
// Packets that one feedback tells of. Each takes two bytes and two bits at most: encrypted with its head, the
// feedback stays below limits::kSentDatagramBytes.
constexpr std::size_t kToldAtOnce = 400;
// The reference time has 24 bits, and is read with a sign.
constexpr std::int64_t kReferenceBits = 0xFFFFFF;

std::int64_t Quarters(MonotonicTime time) {
  return std::chrono::floor<Quarter>(time.time_since_epoch()).count();
}

}  // namespace

void TransportArrivals::Receive(std::uint16_t number, MonotonicTime now) {
  const std::uint64_t extended = newest_ ? ExtendSequence(*newest_, number) : kFirstSequence + number;
  if (arrived_.size() == limits::kFeedbackPackets) return;
  // What comes after its feedback is reported as lost already. That is what the page decided by.
  if (reported_ && extended < *reported_) return;
  newest_ = std::max(newest_.value_or(extended), extended);
  arrived_.try_emplace(extended, now);
}

std::vector<TransportFeedback> TransportArrivals::Take(std::uint32_t sender, std::uint32_t media) {
  std::vector<TransportFeedback> feedbacks;
  std::uint64_t next = 0;
  std::int64_t time = 0;
  for (const auto& [number, arrival] : arrived_) {
    const std::int64_t quarters = Quarters(arrival);
    const bool first = feedbacks.empty();
    // A hole is told as lost packets, unless it is so long that the page knows already.
    const std::uint64_t from = first ? reported_.value_or(number) : next;
    const bool fits = !first && number - from + feedbacks.back().arrivals.size() < kToldAtOnce &&
                      std::abs(quarters - time) <= std::numeric_limits<std::int16_t>::max();
    if (!fits) {
      const std::uint64_t begin = first && number - from < kToldAtOnce ? from : number;
      TransportFeedback feedback{sender, media, static_cast<std::uint16_t>(begin & 0xFFFFU), 0, count_++, {}};
      time = quarters / kReference * kReference;
      // As the wire has it: the lowest 24 bits, with their sign.
      const auto reference = static_cast<std::uint32_t>(quarters / kReference & kReferenceBits);
      feedback.reference_time = static_cast<std::int32_t>(reference << 8U) >> 8;
      feedbacks.push_back(std::move(feedback));
      next = begin;
    }
    auto& arrivals = feedbacks.back().arrivals;
    arrivals.resize(arrivals.size() + static_cast<std::size_t>(number - next));
    arrivals.emplace_back(static_cast<std::int16_t>(quarters - time));
    time = quarters;
    next = number + 1;
  }
  if (!feedbacks.empty()) reported_ = next;
  arrived_.clear();
  return feedbacks;
}

}  // namespace parley
