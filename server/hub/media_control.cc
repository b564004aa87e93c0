#include "server/hub/media_control.h"

#include <string>
#include <utility>

#include "server/hub/presence.h"

namespace parley {

using protocol::Error;

Answer MediaControl::State(Call& call) {
  const auto& state = call.Get<protocol::State>();
  if (call.seat->muted && state.audio.value_or(false)) {
    return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  }
  const bool was_prominent = call.seat->prominent();
  const Flags before = call.seat->flags;
  Flags& flags = call.seat->flags;
  flags.call = state.call.value_or(flags.call);
  flags.audio = state.audio.value_or(flags.audio);
  flags.video = state.video.value_or(flags.video);
  flags.screen = state.screen.value_or(flags.screen);
  flags.hand = state.hand.value_or(flags.hand);
  call.ReplyOk();
  if (flags != before) Presence::Changed(*call.room, *call.seat, was_prominent, call.out);
  return std::nullopt;
}

Answer MediaControl::Signal(Call& call) const {
  auto& signal = call.Get<protocol::Signal>();
  const Member* to = members_.FindById(signal.to);
  if (to == nullptr || to->raw || call.room->SeatOf(*to) == nullptr) {
    return Error{ErrorCode::kNoSuchMember, "nobody with that id is in the room"};
  }
  call.ReplyOk();
  call.out.items.emplace_back(
      ToPeer{to->peer, protocol::SignalEvent{call.room->shown(), call.member.id, std::move(signal.data)},
             std::nullopt});
  return std::nullopt;
}

// In every session that the target's person has in the room.
void MediaControl::SetMuted(Call& call, const Seat& target, bool muted) {
  call.ReplyOk();
  const std::string& key = target.member->identity->key;
  for (std::size_t i = 0; i < call.room->seats().size(); ++i) {
    Seat& seat = call.room->seat(i);
    if (seat.member->identity->key != key || seat.muted == muted) continue;
    seat.muted = muted;
    seat.told_muted = false;
    if (muted) seat.flags.audio = false;
    Presence::Changed(*call.room, seat, seat.prominent(), call.out);
  }
}

Answer MediaControl::Mute(Call& call, const Seat& target) {
  call.room->muted_identities.Add(target.member->identity->key);
  SetMuted(call, target, true);
  return std::nullopt;
}

Answer MediaControl::Unmute(Call& call, const Seat& target) {
  call.room->muted_identities.Remove(target.member->identity->key);
  SetMuted(call, target, false);
  return std::nullopt;
}

Answer MediaControl::LowerHand(Call& call, Seat& target) {
  const bool was_prominent = target.prominent();
  call.ReplyOk();
  if (std::exchange(target.flags.hand, false)) {
    Presence::Changed(*call.room, target, was_prominent, call.out);
  }
  return std::nullopt;
}

}  // namespace parley
