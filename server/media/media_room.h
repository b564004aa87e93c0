// MediaRoom is the call of one room: it decides what each member gets from the others, and forwards it.
// Packets and time in, packets and events out.
//
// A member may be in the call without a connection (MediaSession), before it connects and after it has lost
// it. A stream is forwarded only if its member's MediaKinds include it.
//
// It has more than 25 functions because each command of the hub and each kind of packet has one, and all work
// on the same members.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/rtcp_feedback.h"
#include "server/media/call_recorder.h"
#include "server/media/layer_limit.h"
#include "server/media/loudness.h"
#include "server/media/media_ids.h"
#include "server/media/media_path.h"
#include "server/media/media_session.h"
#include "server/media/picture_shares.h"
#include "server/media/voice_slots.h"
#include "server/model/media_messages.h"

namespace parley {

class MediaRoom;

struct CallMember {
  MediaRoom* room = nullptr;
  MediaMember id{};
  MediaSeat seat;
  MediaKinds kinds;
  std::vector<MediaWant> wants;
  std::unique_ptr<MediaSession> session;             // null: not connected
  LayerLimit layers;                                 // for a page that does not tell when packets arrive
  std::uint64_t picture_bytes = 0, sound_bytes = 0;  // sent up to the last choice of layers
  // Bits per second before that choice. Those of sound include headers, as in DownlinkEstimate.
  std::uint64_t picture_rate = 0, sound_rate = 0;
  // Bits per second that the page would get if its connection carried them. 0: it gets all that it wants.
  std::uint64_t wanted_rate = 0;
  MonotonicTime shared;                 // when its bandwidth was shared out last
  std::optional<VoiceSlots> voices;     // with a session that has slots for sound
  std::vector<MediaSlots::Entry> told;  // the latest MediaSlots
  bool connected = false;               // the handshake is complete, and MediaConnected was told
  std::optional<MonotonicTime> lost;    // since when there is no signaling
  std::uint64_t peer = 0;               // as MediaJoin has it
  std::string address, name, author;    // the same
  MonotonicTime offered;                // when the session began
  std::vector<std::string> ufrags;      // by which the engine knows the member
  std::vector<MediaPath> paths;         // the same
};

class MediaRoom {
 public:
  MediaRoom(std::string key, MediaContext& context) : key_(std::move(key)), context_(context) {}

  CallMember& Join(const MediaJoin& join);
  // The member must be in this room, and is gone afterwards.
  void Leave(CallMember& member, MonotonicTime now);
  void Allow(CallMember& member, const MediaKinds& kinds);
  void Want(CallMember& member, std::vector<MediaWant> wants, MonotonicTime now);

  // The member's connection begins: `member.session` was set, or its lines have changed.
  void Connected(CallMember& member);
  // A datagram of the handshake was taken. Once it is complete, media flow, and slots ask for key frames.
  void Handshaken(CallMember& member, MonotonicTime now);
  // The member's connection ends. It stays in the call.
  void Disconnect(CallMember& member, MonotonicTime now);
  // `to` takes the connection of `from` over, because it is the same person at a new seat.
  void Move(CallMember& from, CallMember& to);

  // Slots get what stands behind them, if something has changed since the last call. Many changes then cost
  // as much as one.
  void AssignChanged(MonotonicTime now);

  // A decrypted packet of the member.
  void ReceiveRtp(CallMember& member, std::string_view bytes, MonotonicTime now);
  void ReceiveRtcp(CallMember& member, std::string_view compound, MonotonicTime now);

  // Call it each limits::kVoicePeriod.
  void Tick(MonotonicTime now);

  // Records the call from now on, instead of what it recorded before.
  void Record(RecordingInfo info, MonotonicTime now);
  void EndRecording(MonotonicTime now);
  // The id of the recording that goes on; empty if none does.
  [[nodiscard]] std::string recording() const { return recorder_ ? recorder_->id() : ""; }

  [[nodiscard]] CallMember* Find(const std::string& member);
  [[nodiscard]] const std::vector<std::unique_ptr<CallMember>>& members() const { return members_; }

 private:
  [[nodiscard]] CallMember* Find(MediaMember id);
  // The slots must be assigned again.
  void MarkUnassigned() { context_.unassigned = unassigned_ = true; }
  // The sounds of shared screens.
  [[nodiscard]] std::vector<MediaSource> Sounds();
  void Assign(CallMember& member, const std::vector<MediaSource>& sounds, MonotonicTime now);
  void AssignVoices(CallMember& member, MonotonicTime now);
  void AssignSounds(CallMember& member, const std::vector<MediaSource>& sounds, MonotonicTime now);
  void AssignPictures(CallMember& member, MonotonicTime now);
  // Which stream of its source a slot shows. With `asks`, the page is asked for a key frame if it needs one.
  void ChooseStream(CallMember& member, Subscriber::Line& line, bool asks, MonotonicTime now);
  void ChooseStreams(const MediaSource& source, bool asks, MonotonicTime now);
  static void Measure(CallMember& member, MonotonicTime now);
  // The share of each picture that the member's connection carries. Nothing: the picture is not sent.
  std::vector<std::optional<PictureShare>> ShareOutTo(CallMember& member,
                                                      const std::vector<MediaSource>& sources,
                                                      MonotonicTime now);
  PictureNeed NeedOf(CallMember& member, const MediaSource& source, MonotonicTime now);
  // Sets which temporal layers pass on a slot that shows `chosen`, or waits for it.
  static void LimitTemporal(Subscriber::Line& line, const PublishedStream& chosen, Publisher& publisher);
  // Puts `sources` on the slots of `lines`, until these are full. A source that has a slot already keeps it.
  static void Fill(const std::vector<Subscriber::Line*>& lines, std::vector<MediaSource> sources);
  void TellSlots(CallMember& member);
  void TellLevels(MonotonicTime now);
  // The stream behind a slot; null if it is gone.
  PublishedStream* StreamOf(const Subscriber::Line& line);
  void Forward(const CallMember& from, const MediaSource& source, const PublishedPacket& packet,
               MonotonicTime now);
  // The page has reported on the slots that it receives.
  void Learn(CallMember& member, const std::vector<ReportBlock>& blocks, MonotonicTime now);
  void Resend(CallMember& member, const Nack& nack, MonotonicTime now);
  void WantKeyFrame(CallMember& member, std::uint32_t ssrc, MonotonicTime now);
  void RecordPacket(const CallMember& from, const PublishedPacket& packet, MonotonicTime now);
  // The recording goes on with the best layers, and gives up what is missing for too long.
  void TickRecording(MonotonicTime now);

  std::string key_;
  MediaContext& context_;
  std::vector<std::unique_ptr<CallMember>> members_;
  std::unordered_map<std::string, CallMember*> by_seat_;
  std::unordered_map<MediaMember, CallMember*> by_id_;
  bool unassigned_ = false;
  Loudness loudness_;
  MonotonicTime next_levels_, next_layers_;
  bool levels_told_ = false;  // the latest MediaLevels had members
  std::optional<CallRecorder> recorder_;
};

}  // namespace parley
