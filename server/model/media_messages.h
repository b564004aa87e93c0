// Defines the values that the rest of the server and the media engine (server/media) exchange: commands to
// it, and events from it. They know no socket, and no JSON.
//
// A MediaSeat names one member of the call in one room. A seat is never used again, because member ids are
// not.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/clock.h"

namespace parley {

struct MediaSeat {
  std::string room;    // the room's key
  std::string member;  // the member's id, as others see it

  auto operator<=>(const MediaSeat&) const = default;
};

enum class MediaKind : std::uint8_t { kVoice, kCamera, kScreen, kSound };  // kSound: of the screen

// The name of the kind in signals and in manifests of recordings.
inline std::string_view NameOf(MediaKind kind) {
  switch (kind) {
    case MediaKind::kVoice:
      return "voice";
    case MediaKind::kCamera:
      return "camera";
    case MediaKind::kScreen:
      return "screen";
    case MediaKind::kSound:
      break;
  }
  return "sound";
}

// What the others of a call may get from a member: what the member has switched on, and hosts allow.
struct MediaKinds {
  bool voice = false, camera = false, screen = false, sound = false;

  bool operator==(const MediaKinds&) const = default;
  [[nodiscard]] bool Has(MediaKind kind) const {
    switch (kind) {
      case MediaKind::kVoice:
        return voice;
      case MediaKind::kCamera:
        return camera;
      case MediaKind::kScreen:
        return screen;
      case MediaKind::kSound:
        return sound;
    }
    return false;
  }
};

// A picture that a member wants to see.
struct MediaWant {
  std::string member;
  MediaKind kind = MediaKind::kCamera;  // or kScreen
  unsigned height = 0;                  // pixels that the page shows

  bool operator==(const MediaWant&) const = default;
};

// --- Commands ---

// The member takes part in the call. Everything else about a seat is ignored before it.
struct MediaJoin {
  MediaSeat seat;
  MediaKinds kinds;
  std::uint64_t peer = 0;    // the member's connection to the server; never used again
  std::string address = {};  // whose share its media take; empty: they are not counted
  std::string name = {};     // the person's, for a recording
  std::string author = {};   // the same: the author key
};
// The member has left the call, or the room. Its media end at once, and no event about it follows.
struct MediaLeave {
  MediaSeat seat;
};
// The call of the room has ended: everybody leaves it.
struct MediaCloseRoom {
  std::string room;
};
// Changes which media of this member the others may get. It applies to all later packets.
struct MediaAllow {
  MediaSeat seat;
  MediaKinds kinds;
};
// An offer of the member's page: the first one, or a later one.
struct MediaOffer {
  MediaSeat seat;
  std::string sdp;
};
// Pictures in order of importance. What is not listed is not sent. It replaces the list before.
struct MediaWants {
  MediaSeat seat;
  std::vector<MediaWant> videos;
};
// The member's connection to the server is lost, so the hub has removed the member. Its media go on for
// limits::kMediaWithoutSignaling. An offer with the same ICE credentials, from a seat in the same room, takes
// them over. The others hear of the new seat by MediaSlots.
struct MediaSignalingLost {
  MediaSeat seat;
};

// What a recording is of.
struct RecordingInfo {
  std::string id;     // names a folder: digits, letters and `-`
  std::string room;   // the room's key
  std::string shown;  // the room's name
  WallTime begin;
};
// The call is recorded from now on, until it ends. Ignored if there is no call.
struct MediaRecord {
  RecordingInfo info;
};
// It is not recorded any more.
struct MediaRecordEnd {
  std::string room;
};

using MediaCommand = std::variant<MediaJoin, MediaLeave, MediaCloseRoom, MediaAllow, MediaOffer, MediaWants,
                                  MediaSignalingLost, MediaRecord, MediaRecordEnd>;

// --- Events ---

// The answer to the member's latest offer.
struct MediaAnswer {
  MediaSeat seat;
  std::string sdp;
};
// The offer cannot be answered. What was there before goes on.
struct MediaRefusal {
  MediaSeat seat;
  std::string problem;  // in words
};
// The members on all slots of this member that are in use. It is sent before their media.
struct MediaSlots {
  struct Entry {
    std::string mid;
    std::string member;
    MediaKind kind = MediaKind::kVoice;
    std::string layer;  // the rid of the layer; empty: there is one layer

    bool operator==(const Entry&) const = default;
  };
  MediaSeat seat;
  std::vector<Entry> slots;
};
// The loudest members of the room's call now, for all members of the call. At most four times a second.
struct MediaLevels {
  struct Entry {
    std::string member;
    std::uint8_t level = 127;  // RFC 6464: 0 is the loudest
  };
  std::string room;
  std::vector<Entry> members;  // the loudest first
};
// Packets can flow in both directions: ICE and DTLS have succeeded. Once after each new connection.
struct MediaConnected {
  MediaSeat seat;
};
// The engine has given up the member's connection. The member is still in the call, and may offer again.
struct MediaEnded {
  enum class Reason : std::uint8_t { kIceTimeout, kDtlsFailed, kMoved, kClosed };
  MediaSeat seat;
  Reason reason = Reason::kClosed;
};

// Why a recording has ended by itself.
enum class RecordingProblem : std::uint8_t {
  kNoSpace,  // the disk, or the space for recordings, is full
  kTooSlow,  // the disk takes less than the call sends
  kFailed,   // the disk is broken, or something like it; or a limit was reached
};

// The name of the problem in `room_changed` and in manifests of recordings.
inline std::string_view NameOf(RecordingProblem problem) {
  switch (problem) {
    case RecordingProblem::kNoSpace:
      return "no_space";
    case RecordingProblem::kTooSlow:
      return "too_slow";
    case RecordingProblem::kFailed:
      break;
  }
  return "failed";
}

// The recording of the room's call has ended by itself. The call goes on.
struct MediaRecordingStopped {
  std::string room;
  std::string recording;
  RecordingProblem problem = RecordingProblem::kFailed;
};

using MediaEvent = std::variant<MediaAnswer, MediaRefusal, MediaSlots, MediaLevels, MediaConnected,
                                MediaEnded, MediaRecordingStopped>;

}  // namespace parley
