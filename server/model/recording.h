// Defines the values in which the media engine hands over what it records of a call, and the interface that
// takes them (server/recordings keeps them on disk).
//
// A recording has one track for each person and kind: sound is Opus, pictures are VP8. Nothing is decoded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "server/model/media_messages.h"

namespace parley {

// A recording begins. It is the first item of its recording.
struct RecordingBegun {
  RecordingInfo info;
};
// A track begins. It comes before the first frame of the track, and again when the start is known better.
struct RecordedTrack {
  std::string recording;
  std::uint32_t track = 0;  // counts from 1
  MediaKind kind = MediaKind::kVoice;
  std::string name;    // the person's, when the track began
  std::string author;  // the person's author key
  Duration start{0};   // of the first frame, since the recording began
};
struct RecordedFrame {
  std::string recording;
  std::uint32_t track = 0;
  Duration time{0};  // since the first frame of the track; never less than that of the frame before
  bool key_frame = false;
  std::string bytes;
};
struct RecordingFinished {
  std::string recording;
  Duration length{0};
};

using RecordedItem = std::variant<RecordingBegun, RecordedTrack, RecordedFrame, RecordingFinished>;

struct RecordingStopped {
  std::string recording;
  RecordingProblem problem = RecordingProblem::kFailed;
};

// Takes recordings from the media thread. No call blocks.
class RecordingSink {
 public:
  RecordingSink() = default;
  RecordingSink(const RecordingSink&) = delete;
  RecordingSink& operator=(const RecordingSink&) = delete;
  virtual ~RecordingSink() = default;

  virtual void Give(std::vector<RecordedItem> items) = 0;
  // The recordings that cannot go on, since TakeStopped was called last. Later items of them are dropped.
  virtual std::vector<RecordingStopped> TakeStopped() = 0;
};

}  // namespace parley
