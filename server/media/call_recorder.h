// CallRecorder turns the packets that one call forwards into frames with their times, for a recording. It has
// one track for each member and kind of media. If a picture is sent in layers, it records the best layer.
//
// It gets only the packets that other members may get. So nobody is recorded while muted.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "server/media/frame_joiner.h"
#include "server/media/media_ids.h"
#include "server/media/publisher.h"
#include "server/media/recorded_clock.h"
#include "server/model/recording.h"

namespace parley {

class CallRecorder {
 public:
  CallRecorder(RecordingInfo info, MonotonicTime now);

  // Whose packet it is.
  struct Person {
    MediaMember member{};
    std::string name;
    std::string author;
  };
  void Receive(const Person& person, const PublishedPacket& packet, MonotonicTime now);

  // `stream` is the best layer of that member's picture that is sent now. The recording changes to it at its
  // next key frame. Returns whether the page that sends it should be asked for a key frame.
  bool Prefer(MediaMember member, MediaKind kind, MediaStream stream);
  // Call it each limits::kVoicePeriod.
  void Tick(MonotonicTime now);
  void Finish(MonotonicTime now);

  // What is to be kept of the recording, since TakeItems was called last.
  std::vector<RecordedItem> TakeItems() { return std::exchange(items_, {}); }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  struct Track {
    explicit Track(MediaKind of);

    MediaKind kind;
    std::uint32_t number = 0;  // 0: no frame yet
    std::optional<MediaStream> stream, preferred;
    FrameJoiner joiner;
    TrackClock clock;
    std::optional<KnownReport> report;
    MonotonicTime first;  // the time of the first frame
    Duration newest{0};
    Duration told_correction{0};
    Person person;
  };
  bool IsOf(Track& track, const PublishedPacket& packet);
  void Keep(Track& track, std::vector<JoinedFrame> frames, MonotonicTime now);
  void Tell(Track& track);

  std::string id_;
  MonotonicTime begin_;
  std::map<std::pair<MediaMember, MediaKind>, Track> tracks_;
  std::map<MediaMember, PageClock> pages_;
  std::uint32_t numbers_ = 0;
  std::vector<RecordedItem> items_;
};

}  // namespace parley
