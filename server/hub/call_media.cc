#include "server/hub/call_media.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/media_limits.h"

namespace parley {
namespace {

using protocol::Error;

// A muted member is not heard at all, whatever its page sends.
MediaKinds KindsOf(const Seat& seat) {
  const Flags& flags = seat.flags;
  return {.voice = flags.audio && !seat.muted,
          .camera = flags.video,
          .screen = flags.screen,
          .sound = flags.screen && !seat.muted};
}

MediaSeat PlaceOf(const Room& room, std::string member) {
  return {room.key(), std::move(member)};
}

std::string_view NameOf(MediaEnded::Reason reason) {
  switch (reason) {
    case MediaEnded::Reason::kIceTimeout:
      return "ice_timeout";
    case MediaEnded::Reason::kDtlsFailed:
      return "dtls_failed";
    case MediaEnded::Reason::kMoved:
      return "moved";
    case MediaEnded::Reason::kClosed:
      break;
  }
  return "closed";
}

void TellMode(const Room& room, std::string_view mode, Outbox& out) {
  if (room.seats().empty()) return;
  out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .media = std::string(mode)}});
}

void TellRecording(const Room& room, Outbox& out, std::optional<std::string> problem = std::nullopt) {
  if (room.seats().empty()) return;
  out.items.emplace_back(ToRoom{&room, protocol::RoomChanged{.room = room.shown(),
                                                             .recording = CallMedia::IsRecorded(room),
                                                             .problem = std::move(problem)}});
}

void SendSignal(const Room& room, const Seat& seat, std::string data, Outbox& out) {
  out.items.emplace_back(ToPeer{
      seat.peer, protocol::SignalEvent{room.shown(), std::string(protocol::kSfu), std::move(data)}, {}});
}

void AllowLost(const Room& room, RoomCall::Lost& lost, const MediaKinds& kinds, Outbox& out) {
  if (std::exchange(lost.kinds, kinds) == kinds) return;
  out.media.emplace_back(MediaAllow{PlaceOf(room, lost.member), kinds});
}

std::vector<MediaWant> WantsOf(const std::vector<protocol::WantedVideo>& videos) {
  std::vector<MediaWant> wants;
  wants.reserve(videos.size());
  for (const protocol::WantedVideo& video : videos) {
    wants.push_back({.member = video.member,
                     .kind = video.screen ? MediaKind::kScreen : MediaKind::kCamera,
                     .height = video.height});
  }
  return wants;
}

}  // namespace

bool CallMedia::IsThroughServer(const Room& room) const {
  return options_.media == MediaMode::kSfu || room.call.moved;
}

std::string_view CallMedia::ModeOf(const Room& room) const {
  return IsThroughServer(room) ? "sfu" : "mesh";
}

Answer CallMedia::Signal(RequestContext& context) const {
  Room& room = *context.room;
  const protocol::SfuSignal& said = *context.Get<protocol::Signal>().to_sfu;
  if (options_.media == MediaMode::kMesh) {
    return Error{ErrorCode::kForbidden, "this server forwards no media: calls connect people directly"};
  }
  if (!context.seat->flags.call) {
    return Error{ErrorCode::kForbidden, "you are not in the call of that room: send state with call first"};
  }
  if (said.offer) {
    const std::string problem = options_.why_no_answer(*said.offer);
    if (!problem.empty())
      return Error{ErrorCode::kBadMessage, "data.description.sdp can't be used: " + problem};
  }
  context.ReplyOk();
  if (said.offer && !IsThroughServer(room)) Move(room, context.out);
  if (!IsThroughServer(room)) return std::nullopt;
  const MediaSeat place = PlaceOf(room, context.member.id);
  if (said.offer) {
    context.seat->offered = true;
    context.out.media.emplace_back(MediaOffer{place, *said.offer});
  }
  if (said.want) context.out.media.emplace_back(MediaWants{place, WantsOf(*said.want)});
  return std::nullopt;
}

Answer CallMedia::PrepareRecord(ModerateCommand& command) const {
  if (!options_.new_recording || options_.media == MediaMode::kMesh) {
    return Error{ErrorCode::kForbidden, "this server does not record calls"};
  }
  if (command.value == "on") command.recording = options_.new_recording(command.time);
  return std::nullopt;
}

Answer CallMedia::Record(ActionContext& context) const {
  Room& room = context.room;
  const ModerateCommand& command = context.command;
  const bool on = command.value == "on";
  context.ReplyOk();
  if (on == IsRecorded(room)) return std::nullopt;
  if (on) {
    room.call.recording = RecordingInfo{command.recording, room.key(), room.shown(), command.time};
    TellRecording(room, context.out);
    if (room.call.people > 0 && !IsThroughServer(room)) Move(room, context.out);
    GiveRecording(room, context.out);
  } else {
    room.call.recording.reset();
    if (std::exchange(room.call.recording_given, false))
      context.out.media.emplace_back(MediaRecordEnd{room.key()});
    TellRecording(room, context.out);
  }
  return std::nullopt;
}

void CallMedia::GiveRecording(Room& room, Outbox& out) {
  if (!room.call.recording || !room.call.open || std::exchange(room.call.recording_given, true)) return;
  out.media.emplace_back(MediaRecord{*room.call.recording});
}

void CallMedia::Changed(Room& room, Seat& seat, Outbox& out) const {
  RoomCall& state = room.call;
  const bool in_call = seat.flags.call;
  if (std::exchange(seat.counted_in_call, in_call) != in_call) in_call ? ++state.people : --state.people;
  // A mesh records nothing.
  const bool needs_server = state.people > limits::kMeshPeople || (state.people > 0 && IsRecorded(room));
  if (options_.media == MediaMode::kAuto && needs_server && !state.moved) Move(room, out);
  if (IsThroughServer(room)) Tell(room, seat, out);
  CloseIfOver(room, out);
}

// The SFU learns of everybody in the call before anybody's page offers.
void CallMedia::Move(Room& room, Outbox& out) const {
  room.call.moved = true;
  TellMode(room, "sfu", out);
  for (std::size_t i = 0; i < room.seats().size(); ++i) Tell(room, room.seat(i), out);
}

void CallMedia::Tell(Room& room, Seat& seat, Outbox& out) const {
  if (!seat.flags.call) {
    seat.offered = false;
    if (std::exchange(seat.media, std::nullopt)) {
      out.media.emplace_back(MediaLeave{PlaceOf(room, seat.member->id)});
    }
    return;
  }
  room.call.open = true;
  const MediaKinds kinds = KindsOf(seat);
  const auto before = std::exchange(seat.media, kinds);
  if (!before) {
    const Member& member = *seat.member;
    out.media.emplace_back(MediaJoin{PlaceOf(room, member.id), kinds, member.serial, member.address,
                                     member.identity->name.shown, member.identity->author});
    GiveRecording(room, out);
  } else if (*before != kinds) {
    out.media.emplace_back(MediaAllow{PlaceOf(room, seat.member->id), kinds});
  }
}

void CallMedia::Left(Room& room, const Seat& seat, const Member& member, bool lost, const Now& now,
                     Outbox& out) {
  // A recording that waits for a call is not kept for strangers.
  if (room.seats().empty() && !room.call.open) room.call.recording.reset();
  if (!seat.counted_in_call) return;
  --room.call.people;
  if (seat.media && seat.offered && lost) {
    out.media.emplace_back(MediaSignalingLost{PlaceOf(room, member.id)});
    room.call.lost.push_back({.member = member.id,
                              .identity = member.identity->key,
                              .until = now.monotonic + limits::kMediaWithoutSignaling,
                              .kinds = *seat.media,
                              .admin = member.admin(),
                              .leads = seat.host || member.admin()});
    Remind(room);
  } else if (seat.media) {
    out.media.emplace_back(MediaLeave{PlaceOf(room, member.id)});
  }
  CloseIfOver(room, out);
}

void CallMedia::RestrictLost(Room& room, Outbox& out) {
  for (RoomCall::Lost& lost : room.call.lost) {
    MediaKinds kinds = lost.kinds;
    if (room.muted_identities.Contains(lost.identity)) kinds.voice = kinds.sound = false;
    if (!lost.leads) {
      kinds.voice = kinds.voice && room.allow.microphone;
      kinds.camera = kinds.camera && room.allow.camera;
      kinds.screen = kinds.screen && room.allow.screen;
      kinds.sound = kinds.sound && room.allow.screen;
    }
    AllowLost(room, lost, kinds, out);
  }
}

void CallMedia::SwitchOffLost(Room& room, const std::optional<std::string>& identity, const MediaKinds& off,
                              Outbox& out) {
  for (RoomCall::Lost& lost : room.call.lost) {
    if (identity ? lost.identity != *identity : lost.leads) continue;
    const MediaKinds& on = lost.kinds;
    AllowLost(room, lost,
              {.voice = on.voice && !off.voice,
               .camera = on.camera && !off.camera,
               .screen = on.screen && !off.screen,
               .sound = on.sound && !off.sound},
              out);
  }
}

void CallMedia::DismissLost(Room& room, const std::string& identity, Outbox& out) {
  for (RoomCall::Lost& lost : room.call.lost) {
    if (lost.identity == identity) lost.leads = lost.admin;
  }
  RestrictLost(room, out);
}

void CallMedia::Removed(Room& room, const std::string& identity, Outbox& out) {
  std::erase_if(room.call.lost, [&](const RoomCall::Lost& lost) {
    if (lost.identity != identity) return false;
    out.media.emplace_back(MediaLeave{PlaceOf(room, lost.member)});
    return true;
  });
  Remind(room);
  CloseIfOver(room, out);
}

void CallMedia::Ended(Room& room, Outbox& out) {
  room.call.lost.clear();
  Remind(room);
  Close(room, out);
}

void CallMedia::CloseIfOver(Room& room, Outbox& out) const {
  const bool somebody_returns = !std::ranges::all_of(room.call.lost, &RoomCall::Lost::back);
  if (room.call.people == 0 && !somebody_returns) Close(room, out);
}

void CallMedia::Close(Room& room, Outbox& out) const {
  if (std::exchange(room.call.open, false)) {
    out.media.emplace_back(MediaCloseRoom{room.key()});
    room.call.recording_given = false;
    if (std::exchange(room.call.recording, std::nullopt)) TellRecording(room, out);
  }
  if (std::exchange(room.call.moved, false)) TellMode(room, ModeOf(room), out);
}

// --- What the SFU says ---

struct CallMedia::Teller {
  const CallMedia& self;
  Outbox& out;

  // Calls `act` with the room and the seat, if the member is still in the call there.
  template <typename Act>
  void At(const MediaSeat& place, Act act) const {
    Room* const room = self.rooms_.Find(place.room);
    const Member* const member = self.members_.FindById(place.member);
    if (room == nullptr || member == nullptr) return;
    const Seat* const seat = room->SeatOf(*member);
    if (seat != nullptr && seat->media) act(*room, *seat);
  }

  void operator()(const MediaAnswer& answer) const {
    At(answer.seat, [&](Room& room, const Seat& seat) {
      const auto is_its = [&](const RoomCall::Lost& lost) {
        return lost.identity == seat.member->identity->key;
      };
      for (RoomCall::Lost& lost : room.call.lost) lost.back = lost.back || is_its(lost);
      SendSignal(room, seat, protocol::SfuAnswer(answer.sdp), out);
    });
  }
  // What is wrong with an offer was told in the reply to it. So this is for want of place.
  void operator()(const MediaRefusal& refusal) const {
    (*this)(MediaEnded{refusal.seat, MediaEnded::Reason::kClosed});
  }
  void operator()(const MediaSlots& slots) const {
    At(slots.seat, [&](const Room& room, const Seat& seat) {
      std::vector<protocol::SfuSlot> list;
      list.reserve(slots.slots.size());
      for (const MediaSlots::Entry& slot : slots.slots) {
        list.push_back({slot.mid, slot.member, NameOf(slot.kind), slot.layer});
      }
      SendSignal(room, seat, protocol::SfuSlots(list), out);
    });
  }
  void operator()(const MediaLevels& levels) const {
    const Room* const room = self.rooms_.Find(levels.room);
    if (room == nullptr) return;
    std::vector<protocol::SfuLevel> list;
    list.reserve(levels.members.size());
    for (const MediaLevels::Entry& one : levels.members) list.push_back({one.member, one.level});
    const std::string data = protocol::SfuLevels(list);
    for (const Seat& seat : room->seats()) {
      if (seat.media) SendSignal(*room, seat, data, out);
    }
  }
  void operator()(const MediaConnected& /*connected*/) const {}
  void operator()(const MediaRecordingStopped& stopped) const {
    Room* const room = self.rooms_.Find(stopped.room);
    if (room == nullptr || !room->call.recording || room->call.recording->id != stopped.recording) return;
    room->call.recording.reset();
    room->call.recording_given = false;
    TellRecording(*room, out, std::string(NameOf(stopped.problem)));
  }
  void operator()(const MediaEnded& ended) const {
    At(ended.seat, [&](const Room& room, const Seat& seat) {
      SendSignal(room, seat, protocol::SfuEnded(NameOf(ended.reason)), out);
    });
  }
};

void CallMedia::Happened(const MediaEvent& event, Outbox& out) const {
  std::visit(Teller{*this, out}, event);
}

// --- Lost members ---

void CallMedia::Remind(Room& room) {
  const auto& lost = room.call.lost;
  lost_.Set(
      room, room.call.due,
      lost.empty() ? std::nullopt : std::optional(std::ranges::min(lost, {}, &RoomCall::Lost::until).until));
}

void CallMedia::Tick(const Now& now, Outbox& out) {
  while (Room* room = lost_.Due(now.monotonic)) {
    std::erase_if(room->call.lost, [&](const RoomCall::Lost& lost) { return lost.until <= now.monotonic; });
    Remind(*room);
    CloseIfOver(*room, out);
    rooms_.Release(*room);
  }
}

}  // namespace parley
