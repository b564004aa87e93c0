#include "server/media/frame_joiner.h"

#include <algorithm>
#include <utility>

#include "common/base/media_limits.h"
#include "server/media/extended_sequence.h"

namespace parley {

void FrameJoiner::Receive(const Packet& packet, MonotonicTime now, std::vector<JoinedFrame>& out) {
  const std::uint64_t newest = !next_             ? kFirstSequence + packet.sequence
                               : waiting_.empty() ? *next_
                                                  : std::max(*next_, waiting_.rbegin()->first);
  const std::uint64_t sequence = ExtendSequence(newest, packet.sequence);
  if (!next_) next_ = sequence;
  if (sequence < *next_) return;  // it was given up, or came before
  waiting_.try_emplace(sequence, Waiting{packet.timestamp, packet.is_last, packet.starts_frame,
                                         packet.key_frame, std::string(packet.data), now});
  Tick(now, out);
}

void FrameJoiner::Tick(MonotonicTime now, std::vector<JoinedFrame>& out) {
  Join(out);
  while (!waiting_.empty()) {
    const auto oldest =
        std::ranges::min_element(waiting_, {}, [](const auto& entry) { return entry.second.arrived; });
    const bool is_late = now - oldest->second.arrived >= limits::kRecordedWait;
    if (!is_late && waiting_.size() < limits::kRecordedPackets) return;
    next_ = waiting_.begin()->first;
    Break();
    Join(out);
  }
}

void FrameJoiner::Join(std::vector<JoinedFrame>& out) {
  while (!waiting_.empty() && waiting_.begin()->first == *next_) {
    Waiting packet = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    ++*next_;
    Take(std::move(packet), out);
  }
}

void FrameJoiner::Take(Waiting packet, std::vector<JoinedFrame>& out) {
  if (packet.data.empty()) return;
  if (is_audio_) {
    out.push_back({packet.timestamp, true, std::move(packet.data)});
    return;
  }
  if (packet.starts_frame) {
    if (begun_) Break();  // the end of the frame before is missing
    begun_ = JoinedFrame{packet.timestamp, packet.key_frame, std::move(packet.data)};
  } else if (begun_ && begun_->timestamp == packet.timestamp &&
             begun_->bytes.size() + packet.data.size() <= limits::kRecordedFrameBytes) {
    begun_->bytes += packet.data;
  } else {
    Break();
  }
  if (!packet.is_last || !begun_) return;
  JoinedFrame frame = *std::exchange(begun_, std::nullopt);
  if (frame.key_frame) needs_key_frame_ = false;
  if (!needs_key_frame_) out.push_back(std::move(frame));
}

void FrameJoiner::Break() {
  begun_.reset();
  needs_key_frame_ = !is_audio_;
}

}  // namespace parley
