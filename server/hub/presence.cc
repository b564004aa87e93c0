#include "server/hub/presence.h"

#include <string>
#include <utility>

#include "common/base/limits.h"

namespace parley {
namespace {

void TellCount(const Room& room, Outbox& out) {
  out.items.emplace_back(
      ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .count = room.seats().size()}});
}

}  // namespace

void Presence::Joined(Room& room, Seat& seat, const Now& now, Outbox& out) {
  NoteVisit(room, *seat.member, std::nullopt, now, out);
  CountChanged(room, now, out);
  seat.shown_all = !room.large();
  if (room.large() && !seat.prominent()) return;
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, protocol::MemberJoined{room.shown(), seat.info()}});
}

void Presence::Left(Room& room, const Seat& seat, const Member& member, std::string_view reason,
                    const Now& now, Outbox& out) {
  NoteVisit(room, member, reason, now, out);
  if (room.seats().empty()) return;
  if (seat.announced) {
    out.items.emplace_back(ToRoom{
        &room,
        protocol::MemberLeft{room.shown(), member.id, member.identity->name.shown, std::string(reason)}});
  }
  CountChanged(room, now, out);
}

// Those who came while the room was large were not announced, and were shown only a part of the others.
void Presence::Introduce(Room& room, bool was_large, Outbox& out) {
  if (!was_large || room.large()) return;
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    const protocol::MemberJoined event{room.shown(), seat.info()};
    if (!std::exchange(seat.announced, true)) {
      out.items.emplace_back(ToRoom{&room, event});
      continue;
    }
    for (const Seat& other : room.seats()) {
      if (!other.shown_all && !other.raw) out.items.emplace_back(ToPeer{other.peer, event, std::nullopt});
    }
  }
  for (std::size_t i = 0; i < room.seats().size(); ++i) room.seat(i).shown_all = true;
}

void Presence::Changed(Room& room, Seat& seat, bool was_prominent, Outbox& out) {
  room.announced.roster.Forget();
  protocol::MemberChanged event{room.shown(), seat.info()};
  if (room.large() && !was_prominent && !seat.prominent()) {
    if (!seat.raw) out.items.emplace_back(ToPeer{seat.peer, std::move(event), std::nullopt});
    return;
  }
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, std::move(event)});
}

// Others may have the old name on the screen, also in a large room, if the person was listed or spoke.
void Presence::Renamed(Room& room, Seat& seat, Outbox& out) {
  room.announced.roster.Forget();
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, protocol::MemberChanged{room.shown(), seat.info()}});
}

// For the journal: somebody came, or `left` with that reason.
void Presence::NoteVisit(const Room& room, const Member& member, std::optional<std::string_view> left,
                         const Now& now, Outbox& out) const {
  if (!journal_) return;
  out.visits.push_back({.room_key = room.key(),
                        .person = member.identity->key,
                        .name = member.identity->name.shown,
                        .time = now.wall,
                        .left = left ? std::optional<std::string>(*left) : std::nullopt});
}

void Presence::CountChanged(Room& room, const Now& now, Outbox& out) {
  Announced& announced = room.announced;
  if (!room.large() || announced.count_due.at()) return;
  if (!announced.count_told || now.monotonic - *announced.count_told >= limits::kCountPeriod) {
    announced.count_told = now.monotonic;
    return TellCount(room, out);
  }
  counts_.Set(room, announced.count_due, *announced.count_told + limits::kCountPeriod);
}

void Presence::Tick(const Now& now, Outbox& out) {
  while (Room* room = counts_.Due(now.monotonic)) {
    counts_.Set(*room, room->announced.count_due, std::nullopt);
    room->announced.count_told = now.monotonic;
    if (!room->seats().empty()) TellCount(*room, out);
  }
}

}  // namespace parley
