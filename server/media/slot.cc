#include "server/media/slot.h"

#include <algorithm>
#include <utility>

#include "common/base/media_limits.h"

namespace parley {
namespace {

constexpr std::uint16_t kPictureMask = 0x7FFF;
// How many packets back the origin of a number is known: more than any page asks for.
constexpr std::int16_t kRemembered = 8192;
static_assert(kRemembered > limits::kLatestPacket);

// How much of the stream's clock passes in `time`, at least a hundredth of a second: frames must not share a
// timestamp.
std::uint32_t Ticks(Duration time, std::uint32_t clock_rate) {
  const auto microseconds =
      std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count(), 10'000);
  return static_cast<std::uint32_t>(microseconds * clock_rate / 1'000'000);
}

}  // namespace

Slot::Slot(const Start& start) : start_(start) {
}

void Slot::SwitchTo(MediaStream source, bool needs_key_frame) {
  if (source_ == source) {
    awaited_.reset();
    return;
  }
  awaited_ = source;
  needs_key_frame_ = needs_key_frame;
}

void Slot::LimitTemporal(std::size_t present, std::size_t awaited) {
  temporal_limit_ = present;
  next_temporal_limit_ = awaited;
}

void Slot::Empty() {
  source_.reset();
  awaited_.reset();
}

std::uint32_t Slot::timestamp_offset() const {
  return epochs_.empty() ? 0 : epochs_.back().timestamp;
}

// The first packet of a source goes on where the last one of the slot ended.
void Slot::Begin(MediaStream source, const Packet& packet, MonotonicTime now) {
  source_ = source;
  awaited_.reset();
  temporal_ = temporal_limit_ = next_temporal_limit_;
  frame_.reset();
  const RtpHeader& in = packet.header;
  Epoch epoch{source, in.sequence, start_.sequence, 0, 0, 0, 0, {}, 0};
  std::uint32_t timestamp = start_.timestamp;
  std::uint16_t picture_id = start_.picture_id;
  std::uint8_t base_picture = start_.base_picture;
  if (any_) {
    epoch.out_first = static_cast<std::uint16_t>(last_.header.sequence + 1);
    timestamp = last_.header.timestamp + Ticks(now - last_time_, start_.clock_rate);
    picture_id = static_cast<std::uint16_t>(last_.picture_id + 1);
    base_picture = static_cast<std::uint8_t>(last_.base_picture + 1);
  }
  epoch.sequence = static_cast<std::uint16_t>(epoch.out_first - in.sequence);
  epoch.timestamp = timestamp - in.timestamp;
  if (packet.vp8 != nullptr) {
    epoch.picture_id = static_cast<std::uint16_t>(picture_id - packet.vp8->picture_id.value_or(0));
    epoch.base_picture = static_cast<std::uint8_t>(base_picture - packet.vp8->base_picture.value_or(0));
  }
  // What was before the switch must not be found for the same source: its numbers were others.
  for (Epoch& old : epochs_) {
    if (old.source == source) old.source.reset();
  }
  epochs_.push_back(epoch);
  if (epochs_.size() > limits::kSlotEpochs) epochs_.erase(epochs_.begin());
  newest_ = static_cast<std::uint16_t>(in.sequence - 1);
}

void Slot::LeaveOut(const Packet& packet) {
  const std::uint16_t sequence = packet.header.sequence;
  newest_ = sequence;
  const bool is_frame = packet.vp8 != nullptr;
  // Frames that are left out in a row share one epoch.
  const bool goes_on = is_frame && epochs_.back().left_from && epochs_.back().first == sequence;
  if (!goes_on) {
    epochs_.push_back(epochs_.back());
    epochs_.back().left_from = is_frame ? packet.vp8->picture_id : std::nullopt;
  }
  Epoch& epoch = epochs_.back();
  epoch.first = static_cast<std::uint16_t>(sequence + 1);
  epoch.sequence = static_cast<std::uint16_t>(epoch.sequence - 1);
  epoch.out_first = static_cast<std::uint16_t>(epoch.first + epoch.sequence);
  if (is_frame) epoch.left_to = *packet.vp8->picture_id;
  if (is_frame && !std::exchange(frame_counted_, true))
    epoch.picture_id = static_cast<std::uint16_t>(epoch.picture_id - 1);
  if (epochs_.size() > limits::kSlotEpochs) epochs_.erase(epochs_.begin());
}

bool Slot::BelongsToLeftOut(const Packet& packet) {
  const Vp8Descriptor* const vp8 = packet.vp8;
  // Without these numbers, the page would take a frame that is left out for a lost one.
  if (vp8 == nullptr || !vp8->picture_id || !vp8->base_picture) return false;
  if (frame_ == packet.header.timestamp) return frame_left_;
  frame_ = packet.header.timestamp;
  frame_counted_ = false;
  temporal_ = std::min(temporal_, temporal_limit_);
  // No frame after a key frame needs a frame before it.
  if (vp8->key_frame) temporal_ = temporal_limit_;
  const std::size_t layer = vp8->temporal_layer;
  if (layer == temporal_ + 1 && layer <= temporal_limit_ && vp8->layer_sync) temporal_ = layer;
  frame_left_ = layer > temporal_;
  return frame_left_;
}

bool Slot::WasLeftOut(const Epoch& epoch, const Packet& packet) const {
  if (packet.vp8 == nullptr || !packet.vp8->picture_id) return false;
  const auto is_from = [&](const Epoch& known) {
    return known.left_from &&
           ((*packet.vp8->picture_id - *known.left_from) & kPictureMask) < kPictureMask / 2;
  };
  // The frame of a late packet may have been left out just before its epoch, or just before the next one.
  if (is_from(epoch) && ((epoch.left_to - *packet.vp8->picture_id) & kPictureMask) < kPictureMask / 2)
    return true;
  const Epoch* const next = &epoch + 1;
  return next != epochs_.data() + epochs_.size() && next->source == epoch.source && is_from(*next);
}

const Slot::Epoch* Slot::EpochOf(MediaStream source, std::uint16_t sequence) const {
  for (auto epoch = epochs_.rbegin(); epoch != epochs_.rend(); ++epoch) {
    if (epoch->source == source && SequenceDistance(epoch->first, sequence) >= 0) return &*epoch;
  }
  return nullptr;
}

Slot::Rewritten Slot::Apply(const Epoch& epoch, const Packet& packet) const {
  Rewritten out;
  out.header = packet.header;
  out.header.ssrc = start_.ssrc;
  out.header.payload_type = start_.payload_type;
  out.header.sequence = static_cast<std::uint16_t>(packet.header.sequence + epoch.sequence);
  out.header.timestamp = packet.header.timestamp + epoch.timestamp;
  if (packet.vp8 != nullptr) {
    out.picture_id =
        static_cast<std::uint16_t>((packet.vp8->picture_id.value_or(0) + epoch.picture_id) & kPictureMask);
    out.base_picture = static_cast<std::uint8_t>(packet.vp8->base_picture.value_or(0) + epoch.base_picture);
  }
  return out;
}

std::optional<Slot::Rewritten> Slot::Forward(MediaStream source, const Packet& packet, MonotonicTime now) {
  if (awaited_ == source && packet.has_payload &&
      (!needs_key_frame_ || (packet.vp8 != nullptr && packet.vp8->key_frame))) {
    Begin(source, packet, now);
  }
  if (source_ != source) return std::nullopt;
  const RtpHeader& in = packet.header;
  const std::int16_t ahead = SequenceDistance(newest_, in.sequence);
  // A packet without a payload can only be left out if no number after it was given away.
  if (!packet.has_payload) {
    if (ahead == 1) LeaveOut(packet);
    return std::nullopt;
  }
  if (ahead > 0 && BelongsToLeftOut(packet)) {
    LeaveOut(packet);
    return std::nullopt;
  }
  if (ahead <= 0 && -ahead > limits::kLatestPacket) return std::nullopt;
  const Epoch* const epoch = EpochOf(source, in.sequence);
  if (epoch == nullptr || (ahead <= 0 && WasLeftOut(*epoch, packet))) return std::nullopt;
  const Rewritten out = Apply(*epoch, packet);
  // Of an older epoch, only what lies before the next one: the rest was left out.
  const auto origin = OriginOf(out.header.sequence);
  if (!origin || origin->source != source || origin->sequence != in.sequence) return std::nullopt;
  if (ahead > 0) newest_ = in.sequence;
  // A packet that was left out may be newer than this one, which is still the newest that is forwarded.
  if (!any_ || SequenceDistance(last_.header.sequence, out.header.sequence) > 0) Note(out, packet, now);
  return out;
}

void Slot::Note(const Rewritten& out, const Packet& packet, MonotonicTime now) {
  const Rewritten before = last_;
  last_ = out;
  last_time_ = now;
  // A packet without a descriptor has no numbers of pictures.
  if (packet.vp8 == nullptr) {
    last_.picture_id = before.picture_id;
    last_.base_picture = before.base_picture;
  }
  any_ = true;
  ForgetOldEpochs();
}

// Distances are only known within half a circle, so no epoch may begin too far behind.
void Slot::ForgetOldEpochs() {
  const std::uint16_t newest = last_.header.sequence;
  while (epochs_.size() > 1 && SequenceDistance(epochs_[1].out_first, newest) > kRemembered)
    epochs_.erase(epochs_.begin());
  Epoch& oldest = epochs_.front();
  if (SequenceDistance(oldest.out_first, newest) <= 2 * kRemembered) return;
  oldest.first = static_cast<std::uint16_t>(oldest.first + kRemembered);
  oldest.out_first = static_cast<std::uint16_t>(oldest.out_first + kRemembered);
}

std::optional<Slot::Rewritten> Slot::Again(MediaStream source, const Packet& packet) const {
  const Epoch* const epoch = EpochOf(source, packet.header.sequence);
  if (epoch == nullptr || !packet.has_payload || WasLeftOut(*epoch, packet)) return std::nullopt;
  const Rewritten out = Apply(*epoch, packet);
  const auto origin = OriginOf(out.header.sequence);
  if (!origin || origin->source != source || origin->sequence != packet.header.sequence) return std::nullopt;
  return out;
}

std::optional<Slot::Origin> Slot::OriginOf(std::uint16_t sequence) const {
  for (auto epoch = epochs_.rbegin(); epoch != epochs_.rend(); ++epoch) {
    if (SequenceDistance(epoch->out_first, sequence) < 0) continue;
    if (!epoch->source) return std::nullopt;
    return Origin{*epoch->source, static_cast<std::uint16_t>(sequence - epoch->sequence)};
  }
  return std::nullopt;
}

}  // namespace parley
