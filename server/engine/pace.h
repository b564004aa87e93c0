// Pace limits how fast one peer may ask. A peer that is too fast is read later. Nothing that it sent is lost.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/base/clock.h"
#include "common/protocol/request.h"

namespace parley {

enum class PaceClass : std::uint8_t { kChat, kSignal, kOther };

// Messages, changes of messages, uploads, whispers and states count as chat.
PaceClass PaceClassOf(const protocol::Request& request);

class Pace {
 public:
  // `rate` of chat a second; 0 is no limit.
  explicit Pace(std::uint32_t rate) : chat_rate_(rate) {}

  // Whether `count` requests of this class may be carried out now; then they are counted. A burst of twice
  // the rate is free. More than one at once may run up a debt, which the next one waits for.
  bool Take(PaceClass pace_class, std::size_t count, MonotonicTime now);
  // When the next one of this class may be carried out.
  [[nodiscard]] MonotonicTime NextTime(PaceClass pace_class) const;

 private:
  [[nodiscard]] std::uint32_t Rate(PaceClass pace_class) const;

  // When each class's allowance would be whole again, counted up by one interval a request (the generic cell
  // rate algorithm, ITU-T I.371).
  std::array<MonotonicTime, 3> whole_at_{};
  std::uint32_t chat_rate_;
};

}  // namespace parley
