#include "server/media/call_recorder.h"

#include <algorithm>
#include <optional>

#include "common/codec/red.h"
#include "server/media/negotiation.h"

namespace parley {
namespace {

bool IsSound(MediaKind kind) {
  return kind == MediaKind::kVoice || kind == MediaKind::kSound;
}

std::string_view DataOf(const PublishedPacket& packet) {
  const std::string_view payload = packet.rtp.payload;
  if (packet.vp8) return payload.substr(packet.vp8->size);
  if (!packet.redundant) return payload;
  const auto newest = NewestRedBlock(payload);
  return newest ? newest->data : std::string_view();
}

}  // namespace

CallRecorder::Track::Track(MediaKind of)
    : kind(of), joiner(IsSound(of)), clock(IsSound(of) ? kAudioClock : kPictureClock) {
}

CallRecorder::CallRecorder(RecordingInfo info, MonotonicTime now) : id_(info.id), begin_(now) {
  items_.emplace_back(RecordingBegun{std::move(info)});
}

// Whether the packet belongs to the stream that the track records, from now on if it begins one.
bool CallRecorder::IsOf(Track& track, const PublishedPacket& packet) {
  const MediaStream stream = packet.stream->id;
  if (track.stream == stream) return true;
  if (!IsSound(track.kind)) {
    const bool begins = packet.vp8 && packet.vp8->key_frame;
    // Before anything is preferred, any layer is better than nothing.
    const bool fits = track.preferred ? track.preferred == stream : !track.stream;
    if (!fits || !begins) return false;
  } else if (!packet.is_newest) {
    return false;
  }
  track.stream = stream;
  track.joiner = FrameJoiner(IsSound(track.kind));
  track.clock.Restart();
  return true;
}

void CallRecorder::Receive(const Person& person, const PublishedPacket& packet, MonotonicTime now) {
  const MediaKind kind = packet.stream->kind;
  Track& track = tracks_.try_emplace({person.member, kind}, kind).first->second;
  if (track.number == 0) track.person = person;
  if (!IsOf(track, packet)) return;
  track.report = packet.stream->reception.report();
  std::vector<JoinedFrame> frames;
  const RtpHeader& header = packet.rtp.header;
  track.joiner.Receive({.sequence = header.sequence,
                        .timestamp = header.timestamp,
                        .is_last = header.marker,
                        .starts_frame = packet.vp8 && packet.vp8->starts_frame,
                        .key_frame = packet.vp8 && packet.vp8->key_frame,
                        .data = DataOf(packet)},
                       now, frames);
  Keep(track, std::move(frames), now);
}

void CallRecorder::Keep(Track& track, std::vector<JoinedFrame> frames, MonotonicTime now) {
  for (JoinedFrame& frame : frames) {
    const MonotonicTime time =
        track.clock.TimeOf(frame.timestamp, track.report, pages_[track.person.member], now);
    if (track.number == 0) {
      track.number = ++numbers_;
      track.first = time;
      Tell(track);
    } else if (track.clock.correction() != track.told_correction) {
      Tell(track);
    }
    track.newest = std::max(track.newest, time - track.first);
    items_.emplace_back(
        RecordedFrame{id_, track.number, track.newest, frame.key_frame, std::move(frame.bytes)});
  }
}

void CallRecorder::Tell(Track& track) {
  track.told_correction = track.clock.correction();
  items_.emplace_back(RecordedTrack{id_, track.number, track.kind, track.person.name, track.person.author,
                                    track.first + track.told_correction - begin_});
}

bool CallRecorder::Prefer(MediaMember member, MediaKind kind, MediaStream stream) {
  Track& track = tracks_.try_emplace({member, kind}, kind).first->second;
  track.preferred = stream;
  return track.stream != stream || track.joiner.needs_key_frame();
}

void CallRecorder::Tick(MonotonicTime now) {
  for (auto& [key, track] : tracks_) {
    std::vector<JoinedFrame> frames;
    track.joiner.Tick(now, frames);
    Keep(track, std::move(frames), now);
  }
}

void CallRecorder::Finish(MonotonicTime now) {
  items_.emplace_back(RecordingFinished{id_, now - begin_});
}

}  // namespace parley
