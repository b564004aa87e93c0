#include "server/media/sent_packets.h"

#include <algorithm>
#include <limits>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using Micro = std::chrono::microseconds;
using Tenth = std::chrono::duration<std::int64_t, std::ratio<1, 10'000>>;

std::uint32_t OnCircle(MonotonicTime time) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<Micro>(time.time_since_epoch()).count());
}

template <typename T>
T Clamp(std::size_t value) {
  return static_cast<T>(std::min<std::size_t>(value, std::numeric_limits<T>::max()));
}

}  // namespace

std::uint16_t SentPackets::Add(std::size_t size, Duration own, MonotonicTime now) {
  if (entries_.empty()) entries_.resize(limits::kUnreportedPackets);
  const std::uint16_t number = next_++;
  const auto tenths = static_cast<std::size_t>(std::chrono::duration_cast<Tenth>(own).count());
  entries_[number % limits::kUnreportedPackets] = {OnCircle(now), number, Clamp<std::uint16_t>(size),
                                                   Clamp<std::uint16_t>(tenths), State::kOnTheWay};
  last_ = now;
  return number;
}

SentPackets::Entry* SentPackets::Find(std::uint16_t number) {
  if (entries_.empty()) return nullptr;
  Entry& entry = entries_[number % limits::kUnreportedPackets];
  return entry.number == number ? &entry : nullptr;
}

std::optional<SentPackets::Sent> SentPackets::Arrive(std::uint16_t number) {
  Entry* const entry = Find(number);
  if (entry == nullptr || entry->state == State::kArrived) return std::nullopt;
  entry->state = State::kArrived;
  return Sent{last_ - Micro(OnCircle(last_) - entry->time), entry->size, Tenth(entry->own)};
}

bool SentPackets::Lose(std::uint16_t number) {
  Entry* const entry = Find(number);
  if (entry == nullptr || entry->state != State::kOnTheWay) return false;
  entry->state = State::kLost;
  return true;
}

}  // namespace parley
