#include "server/engine/pace.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "common/base/limits.h"

namespace parley {
namespace {

template <typename T, typename... Types>
constexpr bool kIsAnyOf = (std::is_same_v<T, Types> || ...);

constexpr Duration Interval(std::uint32_t rate) {
  return Duration(std::chrono::seconds(1)) / rate;
}

// How far ahead of now the allowance may be used up: all of the burst but the request in hand.
constexpr Duration Burst(std::uint32_t rate) {
  return Interval(rate) * (2 * static_cast<std::int64_t>(rate) - 1);
}

}  // namespace

PaceClass PaceClassOf(const protocol::Request& request) {
  // A session description for the SFU costs more than what is only passed on, and a page sends few of them.
  if (const auto* signal = std::get_if<protocol::Signal>(&request)) {
    return signal->to_sfu ? PaceClass::kOther : PaceClass::kSignal;
  }
  return std::visit(
      []<typename T>(const T&) {
        constexpr bool kChat =
            kIsAnyOf<T, protocol::Message, protocol::Whisper, protocol::State, protocol::Edit,
                     protocol::Delete, protocol::React, protocol::NewPoll, protocol::Vote, protocol::Upload>;
        constexpr bool kOther =
            kIsAnyOf<T, protocol::Hello, protocol::Join, protocol::Leave, protocol::History, protocol::Signal,
                     protocol::Moderate, protocol::Rooms, protocol::RoomInfo, protocol::Members,
                     protocol::Ping, protocol::Download, protocol::Seen, protocol::Typing, protocol::Search,
                     protocol::ClosePoll>;
        static_assert(kChat != kOther, "each verb is in one of the two lists");
        return kChat ? PaceClass::kChat : PaceClass::kOther;
      },
      request);
}

std::uint32_t Pace::Rate(PaceClass pace_class) const {
  switch (pace_class) {
    case PaceClass::kChat:
      return chat_rate_;
    case PaceClass::kSignal:
      return limits::kSignalRate;
    case PaceClass::kOther:
      break;
  }
  return limits::kOtherRate;
}

bool Pace::Take(PaceClass pace_class, std::size_t count, MonotonicTime now) {
  const std::uint32_t rate = Rate(pace_class);
  if (rate == 0) return true;
  MonotonicTime& whole_at = whole_at_[static_cast<std::size_t>(pace_class)];
  if (NextTime(pace_class) > now) return false;
  whole_at = std::max(whole_at, now) + Interval(rate) * static_cast<std::int64_t>(count);
  return true;
}

MonotonicTime Pace::NextTime(PaceClass pace_class) const {
  const std::uint32_t rate = Rate(pace_class);
  return rate == 0 ? MonotonicTime{} : whole_at_[static_cast<std::size_t>(pace_class)] - Burst(rate);
}

}  // namespace parley
