// Slot rewrites SSRC, sequence numbers and timestamps, so that a page receives one endless stream whichever
// voice or layer of a video is assigned to it. Header in, header out: it holds no packets.
//
// Within a source, numbers keep their distances, so the page sees what was lost before us and asks for it. At
// a switch of sources they go on where the last source ended. Some packets are left out on purpose: those
// that only probe, and frames of upper temporal layers, which no forwarded frame needs. They leave no hole in
// sequence numbers or picture ids.
//
// It has more than 12 members because it holds the state of numbers, of the source, and of temporal layers.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/rtp.h"
#include "common/codec/vp8.h"
#include "server/media/media_ids.h"

namespace parley {

class Slot {
 public:
  struct Start {
    std::uint32_t ssrc = 0;
    std::uint8_t payload_type = 0;
    std::uint32_t clock_rate = 90000;
    // Where the numbers begin. They should be random, but the sequence number below 2^15: SRTP needs that.
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t base_picture = 0;
  };
  explicit Slot(const Start& start);

  struct Packet {
    RtpHeader header;
    const Vp8Descriptor* vp8 = nullptr;  // of a picture's packet that has a payload
    bool has_payload = true;             // false: it only probes
  };
  struct Rewritten {
    RtpHeader header;
    std::uint16_t picture_id = 0;  // for RewriteVp8
    std::uint8_t base_picture = 0;
  };

  // From the next packet of `source` on that can be shown without others, the slot shows that source. Until
  // then the present one goes on. A picture must begin with a key frame; a voice can begin anywhere.
  void SwitchTo(MediaStream source, bool needs_key_frame);
  // Sets the highest temporal layer that is forwarded: of the present source, and of the one that the slot
  // waits for. A higher layer begins with the next frame that needs no frame that was left out.
  void LimitTemporal(std::size_t present, std::size_t awaited);
  // The slot shows nothing until it is switched again.
  void Empty();

  // The packet's header for this slot. Nothing if the packet is not to be forwarded: another source's,
  // without a payload, or older than the switch.
  std::optional<Rewritten> Forward(MediaStream source, const Packet& packet, MonotonicTime now);
  // The header of a packet that was forwarded before, when it is sent once more. Nothing if it never was.
  [[nodiscard]] std::optional<Rewritten> Again(MediaStream source, const Packet& packet) const;

  // Which packet of which source has this number in the slot; nothing if none of those that it remembers.
  struct Origin {
    MediaStream source;
    std::uint16_t sequence = 0;
  };
  [[nodiscard]] std::optional<Origin> OriginOf(std::uint16_t sequence) const;

  // The source that is shown, and the one that the slot waits for: its page should be asked for a key frame.
  [[nodiscard]] std::optional<MediaStream> source() const { return source_; }
  [[nodiscard]] std::optional<MediaStream> awaited() const { return awaited_; }
  // What to add to a timestamp of the source that is shown (for sender reports).
  [[nodiscard]] std::uint32_t timestamp_offset() const;
  [[nodiscard]] const Start& start() const { return start_; }

 private:
  // From `first` of a source on, these are added to its numbers, on their circles.
  struct Epoch {
    std::optional<MediaStream> source;  // nothing: the source has begun anew since
    std::uint16_t first = 0;
    std::uint16_t out_first = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t base_picture = 0;
    // The first and last picture id of the frames that were left out directly before the epoch; nothing:
    // none.
    std::optional<std::uint16_t> left_from;
    std::uint16_t left_to = 0;
  };
  void Begin(MediaStream source, const Packet& packet, MonotonicTime now);
  // Leaves out the newest packet of the source. The next packet takes its number.
  void LeaveOut(const Packet& packet);
  // Whether the newest packet of the source belongs to a frame that is left out.
  bool BelongsToLeftOut(const Packet& packet);
  // Whether a late packet belongs to a frame that was left out.
  [[nodiscard]] bool WasLeftOut(const Epoch& epoch, const Packet& packet) const;
  void Note(const Rewritten& out, const Packet& packet, MonotonicTime now);
  void ForgetOldEpochs();
  // The newest epoch of the source that is not after the sequence number; null if there is none.
  [[nodiscard]] const Epoch* EpochOf(MediaStream source, std::uint16_t sequence) const;
  [[nodiscard]] Rewritten Apply(const Epoch& epoch, const Packet& packet) const;

  Start start_;
  std::optional<MediaStream> source_, awaited_;
  bool needs_key_frame_ = false;
  bool any_ = false;           // whether a packet was ever forwarded
  Rewritten last_;             // the highest numbers so far
  MonotonicTime last_time_;    // when that packet passed
  std::uint16_t newest_ = 0;   // of the source, forwarded or left out
  std::vector<Epoch> epochs_;  // the oldest first, at most limits::kSlotEpochs
  // The highest temporal layer: that is forwarded now, that may be forwarded, and the same of the next
  // source.
  std::size_t temporal_ = kAllTemporal, temporal_limit_ = kAllTemporal, next_temporal_limit_ = kAllTemporal;
  // The newest frame of the source: its timestamp, whether it is left out, and whether its picture id has
  // been skipped.
  std::optional<std::uint32_t> frame_;
  bool frame_left_ = false, frame_counted_ = false;

  static constexpr std::size_t kAllTemporal = 3;
};

}  // namespace parley
