// TransportArrivals collects when the packets of one page arrived, and makes the transport-wide feedback of
// it. The page estimates its uplink from this; without it, the page exceeds its bandwidth.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/transport_feedback.h"

namespace parley {

class TransportArrivals {
 public:
  // A packet with this transport-wide number has arrived. One that comes again counts once.
  void Receive(std::uint16_t number, MonotonicTime now);

  // Feedbacks about all that arrived since the last call; none if nothing has. `sender` is our source,
  // `media` any source of the page. Call it every limits::kFeedbackPeriod.
  std::vector<TransportFeedback> Take(std::uint32_t sender, std::uint32_t media);

 private:
  std::optional<std::uint64_t> newest_;    // extended beyond 16 bits
  std::optional<std::uint64_t> reported_;  // the first number that no feedback has told of
  std::map<std::uint64_t, MonotonicTime> arrived_;
  std::uint8_t count_ = 0;
};

}  // namespace parley
