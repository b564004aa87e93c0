// Loudness detects the active speakers of a room by the level that each voice packet carries (RFC 6464).
// VoiceSlots decide by it whom a member hears.

#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "server/media/media_ids.h"

namespace parley {

class Loudness {
 public:
  struct Voice {
    MediaMember member;
    std::uint8_t level = 127;  // -dBov, so 0 is the loudest; smoothed
    MonotonicTime since;       // when this speech began
    MonotonicTime last;        // the last packet that was loud enough
  };

  // A packet of a member who may be heard. `level` is that of the packet.
  void Hear(MediaMember member, std::uint8_t level, MonotonicTime now);
  // The member is muted, or has left.
  void Remove(MediaMember member);

  // The members who speak now, the loudest first. Pauses between words belong to speech. Call it once in each
  // limits::kVoicePeriod: speaking() returns the same list until then.
  const std::vector<Voice>& Decide(MonotonicTime now);
  [[nodiscard]] const std::vector<Voice>& speaking() const { return speaking_; }
  // Whether the member is in that list; null if not.
  [[nodiscard]] const Voice* Find(MediaMember member) const;

 private:
  struct Heard {
    double level = 127;  // smoothed
    MonotonicTime last;  // the last packet that was loud enough
    MonotonicTime since;
    bool speaking = false;
  };
  std::unordered_map<MediaMember, Heard> heard_;
  std::vector<Voice> speaking_;
};

}  // namespace parley
