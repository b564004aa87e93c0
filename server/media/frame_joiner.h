// FrameJoiner joins the packets of one stream to whole frames, in order, for a recording. Packets and time go
// in, frames come out. Nothing is decoded.
//
// Packets may come late, because they were sent again. The joiner waits limits::kRecordedWait for a missing
// packet. If it does not come, a picture continues with the next key frame, so that no frame depends on a
// frame that is missing.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"

namespace parley {

struct JoinedFrame {
  std::uint32_t timestamp = 0;
  bool key_frame = false;  // also of each frame of a voice
  std::string bytes;
};

class FrameJoiner {
 public:
  struct Packet {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    bool is_last = false;       // of its frame
    bool starts_frame = false;  // this and `key_frame`: of pictures only
    bool key_frame = false;
    std::string_view data;  // what belongs to the frame; empty: the packet only probes
  };

  // Of a voice, each packet is a frame.
  explicit FrameJoiner(bool is_audio) : is_audio_(is_audio) {}

  // Appends the frames that are whole now to `out`.
  void Receive(const Packet& packet, MonotonicTime now, std::vector<JoinedFrame>& out);
  // Gives up packets that have been missing for too long. Call it at short intervals.
  void Tick(MonotonicTime now, std::vector<JoinedFrame>& out);

  // Nothing can be shown before the next key frame.
  [[nodiscard]] bool needs_key_frame() const { return needs_key_frame_; }

 private:
  struct Waiting {
    std::uint32_t timestamp = 0;
    bool is_last = false, starts_frame = false, key_frame = false;
    std::string data;
    MonotonicTime arrived;
  };
  void Join(std::vector<JoinedFrame>& out);
  void Take(Waiting packet, std::vector<JoinedFrame>& out);
  void Break();

  bool is_audio_;
  bool needs_key_frame_ = !is_audio_;
  std::optional<std::uint64_t> next_;         // the number that is joined next
  std::map<std::uint64_t, Waiting> waiting_;  // by extended sequence number
  std::optional<JoinedFrame> begun_;          // of a picture
};

}  // namespace parley
