// KeyFrameRequests decides when a page is asked for a key frame of one stream. Many receivers may want one at
// the same time, and each key frame is as large as a second of picture.

#pragma once

#include <optional>

#include "common/base/clock.h"

namespace parley {

class KeyFrameRequests {
 public:
  // A receiver needs a key frame. Returns whether to ask the page now. If not, Due says when.
  bool Want(MonotonicTime now);
  // A key frame has come: nobody waits any more.
  void Arrived() { wanted_ = false; }
  // Whether to ask the page now, because a request waits. Call it at Due().
  bool Tick(MonotonicTime now) { return wanted_ && Want(now); }
  // When the request that waits may be sent; nothing if none waits.
  [[nodiscard]] std::optional<MonotonicTime> Due() const;

 private:
  std::optional<MonotonicTime> asked_;
  bool wanted_ = false;
};

}  // namespace parley
