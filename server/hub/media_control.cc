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
void TellMember(RequestContext& context, const Seat& seat, Event event) {
  if (!seat.raw) context.out.items.emplace_back(ToPeer{seat.peer, std::move(event), std::nullopt});
}

void TellQuieted(RequestContext& context, const Seat& seat) {
  TellMember(context, seat,
             protocol::Quieted{context.room->shown(), context.member.identity->name.shown, seat.muted});
}

std::optional<std::string> PersonOf(const Seat* target) {
  return target == nullptr ? std::nullopt : std::optional(target->member->identity->key);
}

}  // namespace

void MediaControl::FlagsChanged(RequestContext& context, Seat& seat, bool was_prominent) const {
  Presence::Changed(*context.room, seat, was_prominent, context.out);
  call_media_.Changed(*context.room, seat, context.out);
}

template <typename Change>
void MediaControl::ChangeFlags(RequestContext& context, Seat& seat, Change change) const {
  const bool was_prominent = seat.prominent();
  const Flags before = seat.flags;
  change(seat.flags);
  if (seat.flags != before) FlagsChanged(context, seat, was_prominent);
}

template <typename Change>
void MediaControl::ChangeEverybodysFlags(RequestContext& context, Change change) const {
  for (std::size_t i = 0; i < context.room->seats().size(); ++i)
    ChangeFlags(context, context.room->seat(i), change);
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
  ChangeFlags(context, *context.seat, [&](Flags& flags) {
    flags.call = state.call.value_or(flags.call);
    flags.audio = state.audio.value_or(flags.audio);
    flags.video = state.video.value_or(flags.video);
    flags.screen = state.screen.value_or(flags.screen);
    flags.hand = state.hand.value_or(flags.hand);
  });
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
void MediaControl::SetMuted(RequestContext& context, const Seat& target, bool muted) const {
  context.ReplyOk();
  const std::string& key = target.member->identity->key;
  for (std::size_t i = 0; i < context.room->seats().size(); ++i) {
    Seat& seat = context.room->seat(i);
    if (seat.member->identity->key != key || seat.muted == muted) continue;
    seat.muted = muted;
    seat.told_to_be_quiet = false;
    if (muted) seat.flags.audio = false;
    FlagsChanged(context, seat, seat.prominent());
    if (muted) {
      TellQuieted(context, seat);
    } else {
      TellMember(context, seat,
                 protocol::Unquieted{context.room->shown(), context.member.identity->name.shown});
    }
  }
  CallMedia::RestrictLost(*context.room, context.out);
}

Answer MediaControl::Mute(RequestContext& context, const Seat& target) const {
  context.room->muted_identities.Add(target.member->identity->key);
  SetMuted(context, target, true);
  return std::nullopt;
}

Answer MediaControl::Unmute(RequestContext& context, const Seat& target) const {
  context.room->muted_identities.Remove(target.member->identity->key);
  SetMuted(context, target, false);
  return std::nullopt;
}

Answer MediaControl::LowerHand(RequestContext& context, Seat& target) const {
  context.ReplyOk();
  ChangeFlags(context, target, LowerTheHand);
  return std::nullopt;
}

Answer MediaControl::LowerHands(RequestContext& context) const {
  context.ReplyOk();
  ChangeEverybodysFlags(context, LowerTheHand);
  return std::nullopt;
}

Answer MediaControl::Quiet(RequestContext& context, Seat* target) const {
  context.ReplyOk();
  const auto quiet = [&](Seat& seat) {
    ChangeFlags(context, seat, [](Flags& flags) { flags.audio = false; });
    TellQuieted(context, seat);
  };
  for (std::size_t i = 0; target == nullptr && i < context.room->seats().size(); ++i) {
    Seat& seat = context.room->seat(i);
    if (!seat.leads()) quiet(seat);
  }
  if (target != nullptr) quiet(*target);
  CallMedia::SwitchOffLost(*context.room, PersonOf(target), {.voice = true}, context.out);
  return std::nullopt;
}

Answer MediaControl::Stop(RequestContext& context, Seat& target) const {
  const bool camera = context.Get<protocol::Moderate>().value == "camera";
  context.ReplyOk();
  ChangeFlags(context, target, [&](Flags& flags) { (camera ? flags.video : flags.screen) = false; });
  CallMedia::SwitchOffLost(*context.room, PersonOf(&target),
                           {.camera = camera, .screen = !camera, .sound = !camera}, context.out);
  return std::nullopt;
}

Answer MediaControl::Allow(RequestContext& context) const {
  Room& room = *context.room;
  const protocol::Allow before = room.allow;
  room.allow = context.Get<protocol::Moderate>().allow.Applied(before);
  context.ReplyOk();
  if (room.allow == before) return std::nullopt;
  context.out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .allow = room.allow}});
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    seat.told_to_be_quiet = false;
    const bool was_prominent = seat.prominent();
    if (seat.SwitchOffForbidden(room.allow)) FlagsChanged(context, seat, was_prominent);
  }
  CallMedia::RestrictLost(room, context.out);
  return std::nullopt;
}

void MediaControl::EndCall(RequestContext& context) const {
  ChangeEverybodysFlags(context, [](Flags& flags) {
    const bool hand = flags.hand;
    flags = {};
    flags.hand = hand;
  });
  call_media_.Ended(*context.room, context.out);
}

}  // namespace parley
