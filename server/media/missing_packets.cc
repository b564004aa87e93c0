#include "server/media/missing_packets.h"

#include <algorithm>

#include "common/base/media_limits.h"
#include "common/codec/rtp.h"
#include "server/media/extended_sequence.h"

namespace parley {

MissingPackets::Arrival MissingPackets::Receive(std::uint16_t sequence, bool is_repair, MonotonicTime now) {
  if (!newest_) {
    newest_ = kFirstSequence + sequence;
    return Arrival::kNew;
  }
  const std::int16_t distance = SequenceDistance(static_cast<std::uint16_t>(*newest_ & 0xFFFFU), sequence);
  if (distance > limits::kLatestPacket || distance < -static_cast<int>(limits::kLatestPacket)) {
    return is_repair ? Arrival::kRepeated : Arrival::kRestarted;
  }
  if (distance > 0) {
    const std::uint64_t number = *newest_ + static_cast<std::uint64_t>(distance);
    for (std::uint64_t lost = *newest_ + 1; lost < number; ++lost) missing_[lost] = {now + wait_, 0};
    newest_ = number;
    while (missing_.size() > limits::kLatestPacket) missing_.erase(missing_.begin());
    return Arrival::kNew;
  }
  const std::uint64_t number = *newest_ - static_cast<std::uint64_t>(-static_cast<int>(distance));
  if (missing_.erase(number) > 0) return Arrival::kRecovered;
  return filled_.erase(number) > 0 ? Arrival::kLate : Arrival::kRepeated;
}

bool MissingPackets::Fill(std::uint16_t sequence) {
  if (!newest_) return false;
  const std::uint64_t number = ExtendSequence(*newest_, sequence);
  if (missing_.erase(number) == 0) return false;
  filled_.insert(number);
  if (filled_.size() > limits::kLatestPacket) filled_.erase(filled_.begin());
  return true;
}

std::vector<std::uint16_t> MissingPackets::Due(Duration round_trip, MonotonicTime now) {
  std::vector<std::uint16_t> due;
  for (auto entry = missing_.begin(); entry != missing_.end();) {
    auto& [number, missing] = *entry;
    if (missing.next > now) {
      ++entry;
    } else if (missing.tries == limits::kNackTries) {
      ++given_up_;
      entry = missing_.erase(entry);
    } else {
      ++missing.tries;
      missing.next = now + std::max<Duration>(round_trip, limits::kNackDelay);
      due.push_back(static_cast<std::uint16_t>(number & 0xFFFFU));
      ++entry;
    }
  }
  return due;
}

}  // namespace parley
