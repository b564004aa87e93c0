// CallRecorder turns what one call forwards into a recording: packets in, frames with their times out. One
// track for each member and kind; of a picture the best layer that is sent.
//
// It gets only what the others may get. So nobody is recorded while muted.

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

  // The best layer of that member's picture that is sent now. From its next key frame on, it is the one that
  // is recorded. Returns whether its page should be asked for a key frame.
  bool Prefer(MediaMember member, MediaKind kind, MediaStream stream);
  // Call it each limits::kVoicePeriod.
  void Tick(MonotonicTime now);
  void Finish(MonotonicTime now);

  // What is to be kept, since the last call.
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
