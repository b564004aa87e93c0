#include "server/media/key_frame_requests.h"

#include "common/base/media_limits.h"

namespace parley {

bool KeyFrameRequests::Want(MonotonicTime now) {
  wanted_ = true;
  if (asked_ && now - *asked_ < limits::kKeyFramePeriod) return false;
  asked_ = now;  // it stays wanted until it comes, because the request or the frame may be lost
  return true;
}

std::optional<MonotonicTime> KeyFrameRequests::Due() const {
  if (!wanted_) return std::nullopt;
  return *asked_ + limits::kKeyFramePeriod;
}

}  // namespace parley
