#include "server/hub/media_control.h"

#include <string>
#include <utility>

#include "server/hub/presence.h"

namespace parley {

using protocol::Error;

namespace {

void LowerTheHand(Flags& flags) {
  flags.hand = false;
}

// A raw peer has no microphone, and understands no event.
template <typename Event>
void TellMember(Call& call, const Seat& seat, Event event) {
  if (!seat.raw) call.out.items.emplace_back(ToPeer{seat.peer, std::move(event), std::nullopt});
}

void TellQuieted(Call& call, const Seat& seat) {
  TellMember(call, seat, protocol::Quieted{call.room->shown(), call.member.identity->name.shown, seat.muted});
}

std::optional<std::string> PersonOf(const Seat* target) {
  return target == nullptr ? std::nullopt : std::optional(target->member->identity->key);
}

}  // namespace

void MediaControl::FlagsChanged(Call& call, Seat& seat, bool was_prominent) const {
  Presence::Changed(*call.room, seat, was_prominent, call.out);
  call_media_.Changed(*call.room, seat, call.out);
}

template <typename Change>
void MediaControl::ChangeFlags(Call& call, Seat& seat, Change change) const {
  const bool was_prominent = seat.prominent();
  const Flags before = seat.flags;
  change(seat.flags);
  if (seat.flags != before) FlagsChanged(call, seat, was_prominent);
}

template <typename Change>
void MediaControl::ChangeEverybodysFlags(Call& call, Change change) const {
  for (std::size_t i = 0; i < call.room->seats().size(); ++i) ChangeFlags(call, call.room->seat(i), change);
}

Answer MediaControl::MayUse(const Room& room, const Seat& seat, const protocol::State& state) {
  const bool audio = state.audio.value_or(false);
  if (seat.muted && audio) return Error{ErrorCode::kMuted, "a host has muted you in this room"};
  if (seat.leads()) return std::nullopt;
  const auto& allow = room.allow;
  if (audio && !allow.microphone) {
    return Error{ErrorCode::kForbidden, "only hosts may use the microphone in this room now"};
  }
  if (state.video.value_or(false) && !allow.camera) {
    return Error{ErrorCode::kForbidden, "only hosts may use the camera in this room now"};
  }
  if (state.screen.value_or(false) && !allow.screen) {
    return Error{ErrorCode::kForbidden, "only hosts may share the screen in this room now"};
  }
  return std::nullopt;
}

Answer MediaControl::State(Call& call) const {
  const auto& state = call.Get<protocol::State>();
  if (auto error = MayUse(*call.room, *call.seat, state)) return error;
  call.ReplyOk();
  ChangeFlags(call, *call.seat, [&](Flags& flags) {
    flags.call = state.call.value_or(flags.call);
    flags.audio = state.audio.value_or(flags.audio);
    flags.video = state.video.value_or(flags.video);
    flags.screen = state.screen.value_or(flags.screen);
    flags.hand = state.hand.value_or(flags.hand);
  });
  return std::nullopt;
}

Answer MediaControl::Signal(Call& call) const {
  auto& signal = call.Get<protocol::Signal>();
  if (signal.to_sfu) return call_media_.Signal(call);
  const Member* to = members_.FindById(signal.to);
  if (to == nullptr || to->raw || call.room->SeatOf(*to) == nullptr) {
    return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
  }
  call.ReplyOk();
  call.out.items.emplace_back(
      ToPeer{to->peer, protocol::SignalEvent{call.room->shown(), call.member.id, std::move(signal.data)},
             std::nullopt});
  return std::nullopt;
}

// In every session that the target's person has in the room.
void MediaControl::SetMuted(Call& call, const Seat& target, bool muted) const {
  call.ReplyOk();
  const std::string& key = target.member->identity->key;
  for (std::size_t i = 0; i < call.room->seats().size(); ++i) {
    Seat& seat = call.room->seat(i);
    if (seat.member->identity->key != key || seat.muted == muted) continue;
    seat.muted = muted;
    seat.told_to_be_quiet = false;
    if (muted) seat.flags.audio = false;
    FlagsChanged(call, seat, seat.prominent());
    if (muted) {
      TellQuieted(call, seat);
    } else {
      TellMember(call, seat, protocol::Unquieted{call.room->shown(), call.member.identity->name.shown});
    }
  }
  CallMedia::RestrictLost(*call.room, call.out);
}

Answer MediaControl::Mute(Call& call, const Seat& target) const {
  call.room->muted_identities.Add(target.member->identity->key);
  SetMuted(call, target, true);
  return std::nullopt;
}

Answer MediaControl::Unmute(Call& call, const Seat& target) const {
  call.room->muted_identities.Remove(target.member->identity->key);
  SetMuted(call, target, false);
  return std::nullopt;
}

Answer MediaControl::LowerHand(Call& call, Seat& target) const {
  call.ReplyOk();
  ChangeFlags(call, target, LowerTheHand);
  return std::nullopt;
}

Answer MediaControl::LowerHands(Call& call) const {
  call.ReplyOk();
  ChangeEverybodysFlags(call, LowerTheHand);
  return std::nullopt;
}

Answer MediaControl::Quiet(Call& call, Seat* target) const {
  call.ReplyOk();
  const auto quiet = [&](Seat& seat) {
    ChangeFlags(call, seat, [](Flags& flags) { flags.audio = false; });
    TellQuieted(call, seat);
  };
  for (std::size_t i = 0; target == nullptr && i < call.room->seats().size(); ++i) {
    Seat& seat = call.room->seat(i);
    if (!seat.leads()) quiet(seat);
  }
  if (target != nullptr) quiet(*target);
  CallMedia::SwitchOffLost(*call.room, PersonOf(target), {.voice = true}, call.out);
  return std::nullopt;
}

Answer MediaControl::Stop(Call& call, Seat& target) const {
  const bool camera = call.Get<protocol::Moderate>().value == "camera";
  call.ReplyOk();
  ChangeFlags(call, target, [&](Flags& flags) { (camera ? flags.video : flags.screen) = false; });
  CallMedia::SwitchOffLost(*call.room, PersonOf(&target),
                           {.camera = camera, .screen = !camera, .sound = !camera}, call.out);
  return std::nullopt;
}

Answer MediaControl::Allow(Call& call) const {
  Room& room = *call.room;
  const protocol::Allow before = room.allow;
  room.allow = call.Get<protocol::Moderate>().allow.Applied(before);
  call.ReplyOk();
  if (room.allow == before) return std::nullopt;
  call.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .allow = room.allow}});
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    seat.told_to_be_quiet = false;
    const bool was_prominent = seat.prominent();
    if (seat.SwitchOffForbidden(room.allow)) FlagsChanged(call, seat, was_prominent);
  }
  CallMedia::RestrictLost(room, call.out);
  return std::nullopt;
}

void MediaControl::EndCall(Call& call) const {
  ChangeEverybodysFlags(call, [](Flags& flags) {
    const bool hand = flags.hand;
    flags = {};
    flags.hand = hand;
  });
  call_media_.Ended(*call.room, call.out);
}

}  // namespace parley
