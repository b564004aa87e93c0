#include "server/media/voice_slots.h"

#include <algorithm>

#include "common/base/media_limits.h"

namespace parley {

bool VoiceSlots::Has(MediaMember member) const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [member](const Slot& slot) { return slot.member == member; });
}

bool VoiceSlots::Remove(MediaMember member) {
  for (Slot& slot : slots_) {
    if (slot.member != member) continue;
    slot.member.reset();
    return true;
  }
  return false;
}

bool VoiceSlots::Decide(const Loudness& loudness, MonotonicTime now) {
  for (Slot& slot : slots_) {
    if (slot.member && loudness.Find(*slot.member) != nullptr) slot.spoke = now;
  }
  bool changed = false;
  bool compared = false;  // with the loudest who has no slot; the others are quieter still
  for (const Loudness::Voice& voice : loudness.speaking()) {
    if (voice.member == self_ || Has(voice.member)) continue;
    if (now - voice.last > limits::kWordPause) continue;  // it needs no slot before its next word
    Slot* slot = FreeSlot(loudness);
    if (slot == nullptr) slot = SlotInPause(loudness, voice, now);
    if (slot == nullptr && !compared) {
      slot = SlotOfQuieter(loudness, voice, now);
      compared = true;
    }
    if (slot == nullptr) continue;  // a quieter one may have waited for longer
    *slot = {voice.member, now};
    changed = true;
  }
  if (!compared) louder_.reset();
  return changed;
}

// An empty slot, or that of the member who has been silent the longest; null if everybody speaks.
VoiceSlots::Slot* VoiceSlots::FreeSlot(const Loudness& loudness) {
  Slot* free = nullptr;
  for (Slot& slot : slots_) {
    if (!slot.member) return &slot;
    if (loudness.Find(*slot.member) != nullptr) continue;
    if (free == nullptr || slot.spoke < free->spoke) free = &slot;
  }
  return free;
}

// The slot of the member who pauses the longest, if `voice` has waited for long enough and speaks just now.
// Everybody on a slot speaks, apart from pauses.
VoiceSlots::Slot* VoiceSlots::SlotInPause(const Loudness& loudness, const Loudness::Voice& voice,
                                          MonotonicTime now) {
  if (now - voice.since < limits::kVoiceWait) return nullptr;
  const auto spoke = [&](const Slot& slot) { return loudness.Find(*slot.member)->last; };
  const auto slot = std::min_element(slots_.begin(), slots_.end(),
                                     [&](const Slot& a, const Slot& b) { return spoke(a) < spoke(b); });
  return voice.last - spoke(*slot) > limits::kWordPause ? &*slot : nullptr;
}

// The slot of the quietest, if `voice` has been louder for long enough. Everybody on a slot speaks.
VoiceSlots::Slot* VoiceSlots::SlotOfQuieter(const Loudness& loudness, const Loudness::Voice& voice,
                                            MonotonicTime now) {
  const auto quietest = std::max_element(slots_.begin(), slots_.end(), [&](const Slot& a, const Slot& b) {
    return loudness.Find(*a.member)->level < loudness.Find(*b.member)->level;
  });
  if (voice.level + limits::kLouderBy > loudness.Find(*quietest->member)->level) {
    louder_.reset();
    return nullptr;
  }
  if (louder_ != voice.member) {
    louder_ = voice.member;
    louder_since_ = now;
  }
  if (now - louder_since_ < limits::kLouderFor) return nullptr;
  louder_.reset();
  return &*quietest;
}

}  // namespace parley
