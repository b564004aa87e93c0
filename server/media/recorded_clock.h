// PageClock and TrackClock place the frames of a recording in time. They use the sender reports of a page
// (RFC 3550, section 6.4.1) to convert RTP timestamps to the server's clock. So a page's voice and picture
// stay in sync, however long the network delays each of them.

#pragma once

#include <cstdint>
#include <optional>

#include "common/base/clock.h"
#include "server/media/reception.h"

namespace parley {

// The clock of one page, by which all of its streams report.
class PageClock {
 public:
  // The page's clock showed `ntp` a moment before `arrived`.
  void Learn(std::uint64_t ntp, MonotonicTime arrived);
  // When it shows `ntp`. Call Learn before.
  [[nodiscard]] MonotonicTime TimeOf(std::uint64_t ntp) const;

 private:
  std::optional<Duration> offset_;  // from the page's clock to ours
};

class TrackClock {
 public:
  explicit TrackClock(std::uint32_t rate) : rate_(rate) {}

  // Call it when the track records another stream, or when its stream starts again: the timestamps do not
  // continue those before.
  void Restart() { anchor_.reset(); }
  // When the frame with this timestamp was sent. `report` is the latest one of the stream, if there is any.
  // Before the first one, frames are placed by when the first of them arrived.
  MonotonicTime TimeOf(std::uint32_t timestamp, const std::optional<KnownReport>& report, PageClock& page,
                       MonotonicTime now);
  // How much later the frames so far should have been placed. It is known when the first report of the track
  // comes, and does not change afterwards.
  [[nodiscard]] Duration correction() const { return correction_; }

 private:
  struct Anchor {
    std::uint32_t timestamp = 0;
    MonotonicTime time;
  };
  [[nodiscard]] Duration Between(std::uint32_t from, std::uint32_t to) const;

  std::uint32_t rate_;
  std::optional<Anchor> anchor_;          // the latest frame
  std::optional<MonotonicTime> learned_;  // when the report came that the page's clock has learned of
  Duration correction_{0};
  bool corrected_ = false;
};

}  // namespace parley
