// DownlinkProbe tests whether the connection to a page carries more than its estimate: for a moment, it sends
// packets of padding beside the media. It does so only if more bandwidth would allow a better picture, and
// waits longer after each failure.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/clock.h"
#include "server/media/downlink_estimate.h"

namespace parley {

class DownlinkProbe {
 public:
  DownlinkProbe();

  // `wanted`: the bits per second that the page would get if its connection carried them. Returns the bytes
  // of padding to send now. Call it every limits::kVoicePeriod.
  std::size_t Tick(DownlinkEstimate& estimate, std::uint64_t wanted, MonotonicTime now);

  [[nodiscard]] bool is_running() const { return began_.has_value(); }

 private:
  void Begin(DownlinkEstimate& estimate, std::uint64_t wanted, MonotonicTime now);
  void End(DownlinkEstimate& estimate, bool worked, MonotonicTime now);

  std::optional<MonotonicTime> began_;
  std::optional<MonotonicTime> next_;  // when the next probe may begin
  MonotonicTime last_;
  double from_ = 0, target_ = 0;  // bits a second
  double owed_ = 0;               // bytes
  std::uint64_t sent_ = 0;        // bytes, as of the last call
  Duration wait_;
  bool worked_ = false;  // the last probe
};

}  // namespace parley
