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
void TellMember(ActionContext& context, const Seat& seat, Event event) {
  if (!seat.raw) context.out.items.emplace_back(ToPeer{seat.peer, std::move(event), std::nullopt});
}

void TellQuieted(ActionContext& context, const Seat& seat) {
  TellMember(context, seat,
             protocol::Quieted{context.room.shown(), context.command.by.name.shown, seat.muted});
}

}  // namespace

void MediaControl::FlagsChanged(Room& room, Seat& seat, bool was_prominent, Outbox& out) const {
  Presence::Changed(room, seat, was_prominent, out);
  call_media_.Changed(room, seat, out);
}

template <typename Change>
void MediaControl::ChangeFlags(Room& room, Seat& seat, Change change, Outbox& out) const {
  const bool was_prominent = seat.prominent();
  const Flags before = seat.flags;
  change(seat.flags);
  if (seat.flags != before) FlagsChanged(room, seat, was_prominent, out);
}

template <typename Change>
void MediaControl::ChangeEverybodysFlags(ActionContext& context, Change change) const {
  for (std::size_t i = 0; i < context.room.seats().size(); ++i)
    ChangeFlags(context.room, context.room.seat(i), change, context.out);
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

Answer MediaControl::State(RequestContext& context) const {
  const auto& state = context.Get<protocol::State>();
  if (auto error = MayUse(*context.room, *context.seat, state)) return error;
  context.ReplyOk();
  const auto change = [&](Flags& flags) {
    flags.call = state.call.value_or(flags.call);
    flags.audio = state.audio.value_or(flags.audio);
    flags.video = state.video.value_or(flags.video);
    flags.screen = state.screen.value_or(flags.screen);
    flags.hand = state.hand.value_or(flags.hand);
  };
  ChangeFlags(*context.room, *context.seat, change, context.out);
  return std::nullopt;
}

Answer MediaControl::Signal(RequestContext& context) const {
  auto& signal = context.Get<protocol::Signal>();
  if (signal.to_sfu) return call_media_.Signal(context);
  const Member* to = members_.FindById(signal.to);
  if (to == nullptr || to->raw || context.room->SeatOf(*to) == nullptr) {
    return Error{ErrorCode::kNoSuchMember, "there is no such member in the room"};
  }
  context.ReplyOk();
  context.out.items.emplace_back(ToPeer{
      to->peer, protocol::SignalEvent{context.room->shown(), context.member.id, std::move(signal.data)},
      std::nullopt});
  return std::nullopt;
}

// In every session that the target's person has in the room.
void MediaControl::SetMuted(ActionContext& context, bool muted) const {
  Room& room = context.room;
  context.ReplyOk();
  const std::string& key = context.command.target->identity;
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (seat.member->identity->key != key || seat.muted == muted) continue;
    seat.muted = muted;
    seat.told_to_be_quiet = false;
    if (muted) seat.flags.audio = false;
    FlagsChanged(room, seat, seat.prominent(), context.out);
    if (muted) {
      TellQuieted(context, seat);
    } else {
      TellMember(context, seat, protocol::Unquieted{room.shown(), context.command.by.name.shown});
    }
  }
  CallMedia::RestrictLost(room, context.out);
}

Answer MediaControl::Mute(ActionContext& context) const {
  context.room.muted_identities.Add(context.command.target->identity);
  SetMuted(context, true);
  return std::nullopt;
}

Answer MediaControl::Unmute(ActionContext& context) const {
  context.room.muted_identities.Remove(context.command.target->identity);
  SetMuted(context, false);
  return std::nullopt;
}

Answer MediaControl::LowerHand(ActionContext& context) const {
  context.ReplyOk();
  if (context.target != nullptr) ChangeFlags(context.room, *context.target, LowerTheHand, context.out);
  return std::nullopt;
}

Answer MediaControl::LowerHands(ActionContext& context) const {
  context.ReplyOk();
  ChangeEverybodysFlags(context, LowerTheHand);
  return std::nullopt;
}

Answer MediaControl::Quiet(ActionContext& context) const {
  Room& room = context.room;
  context.ReplyOk();
  const auto quiet = [&](Seat& seat) {
    ChangeFlags(
        room, seat, [](Flags& flags) { flags.audio = false; }, context.out);
    TellQuieted(context, seat);
  };
  const auto& target = context.command.target;
  for (std::size_t i = 0; !target && i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (!seat.leads()) quiet(seat);
  }
  if (context.target != nullptr) quiet(*context.target);
  CallMedia::SwitchOffLost(room, target ? std::optional(target->identity) : std::nullopt, {.voice = true},
                           context.out);
  return std::nullopt;
}

Answer MediaControl::Stop(ActionContext& context) const {
  const bool camera = context.command.value == "camera";
  context.ReplyOk();
  if (context.target != nullptr) {
    const auto stop = [&](Flags& flags) { (camera ? flags.video : flags.screen) = false; };
    ChangeFlags(context.room, *context.target, stop, context.out);
  }
  CallMedia::SwitchOffLost(context.room, context.command.target->identity,
                           {.camera = camera, .screen = !camera, .sound = !camera}, context.out);
  return std::nullopt;
}

Answer MediaControl::Allow(ActionContext& context) const {
  Room& room = context.room;
  const protocol::Allow before = room.allow;
  room.allow = context.command.allow.Applied(before);
  context.ReplyOk();
  if (room.allow == before) return std::nullopt;
  context.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .allow = room.allow}});
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    seat.told_to_be_quiet = false;
    const bool was_prominent = seat.prominent();
    if (seat.SwitchOffForbidden(room.allow)) FlagsChanged(room, seat, was_prominent, context.out);
  }
  CallMedia::RestrictLost(room, context.out);
  return std::nullopt;
}

void MediaControl::EndCall(ActionContext& context) const {
  ChangeEverybodysFlags(context, [](Flags& flags) {
    const bool hand = flags.hand;
    flags = {};
    flags.hand = hand;
  });
  call_media_.Ended(context.room, context.out);
}

}  // namespace parley
