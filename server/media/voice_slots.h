// VoiceSlots decides which voices one member hears: a few slots, each with a voice or empty. A voice keeps
// its slot while nobody else needs it, so that pauses and small differences change nothing.

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "common/base/clock.h"
#include "server/media/loudness.h"
#include "server/media/media_ids.h"

namespace parley {

class VoiceSlots {
 public:
  // `self` is the member who listens, and is never heard. At least one slot.
  VoiceSlots(MediaMember self, std::size_t slots) : self_(self), slots_(slots) {}

  // Gives the slots to the speakers of `loudness`, which has just decided. A new speaker takes an empty
  // slot, or that of somebody who has been silent the longest. A speaker who has waited for a while takes
  // the slot of somebody who pauses. If everybody on a slot speaks, a voice that has been much louder for a
  // while takes the place of the quietest. Returns whether a slot has changed.
  bool Decide(const Loudness& loudness, MonotonicTime now);
  // The member is muted, or has left: its slot is empty at once. Returns whether it had one.
  bool Remove(MediaMember member);

  // The member on a slot; nothing: the slot is empty.
  [[nodiscard]] std::optional<MediaMember> at(std::size_t slot) const { return slots_[slot].member; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    std::optional<MediaMember> member;
    MonotonicTime spoke;  // when the member was last known to speak
  };
  [[nodiscard]] bool Has(MediaMember member) const;
  Slot* FreeSlot(const Loudness& loudness);
  Slot* SlotInPause(const Loudness& loudness, const Loudness::Voice& voice, MonotonicTime now);
  Slot* SlotOfQuieter(const Loudness& loudness, const Loudness::Voice& voice, MonotonicTime now);

  MediaMember self_;
  std::vector<Slot> slots_;
  // The voice that is louder than one on a slot, and since when.
  std::optional<MediaMember> louder_;
  MonotonicTime louder_since_;
};

}  // namespace parley
