// What a room is told of comings, changes and goings.
//
// Up to limits::kListedMembers everyone is announced. Beyond, ten thousand joins would be fifty million
// lines: then only prominent members (hosts, in the call, hand up) are announced, and the count at most once
// a second. A member once announced is announced when it goes, too.

#include <algorithm>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/hub.h"

namespace parley {

void Hub::AnnounceJoin(Room& room, Seat& seat, const Now& now, Outbox& out) {
  NoteVisit(room, *seat.member, std::nullopt, now, out);
  CountChanged(room, now, out);
  seat.shown_all = !room.large();
  if (room.large() && !seat.prominent()) return;
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, protocol::MemberJoined{room.shown(), seat.info()}});
}

void Hub::AnnounceChange(Room& room, Seat& seat, bool was_prominent, Outbox& out) {
  room.roster.Forget();
  protocol::MemberChanged event{room.shown(), seat.info()};
  if (room.large() && !was_prominent && !seat.prominent()) {
    if (!seat.raw) out.items.emplace_back(ToPeer{seat.peer, std::move(event), std::nullopt});
    return;
  }
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, std::move(event)});
}

// Everybody may have the old name on the screen, in a large room, too: whoever was listed or spoke.
void Hub::AnnounceName(Room& room, Seat& seat, Outbox& out) {
  room.roster.Forget();
  seat.announced = true;
  out.items.emplace_back(ToRoom{&room, protocol::MemberChanged{room.shown(), seat.info()}});
}

// The seat that it had is returned. Who follows a host is for the caller to say (ChooseHost).
Seat Hub::Unseat(Room& room, Member& member, std::string_view reason, const Now& now, Outbox& out) {
  const Seat seat = *room.SeatOf(member);
  const bool was_large = room.large();
  room.Remove(member);
  Relist(room);
  NoteVisit(room, member, reason, now, out);
  if (room.seats().empty()) return seat;
  if (seat.announced) {
    out.items.emplace_back(ToRoom{
        &room,
        protocol::MemberLeft{room.shown(), member.id, member.identity->name.shown, std::string(reason)}});
  }
  CountChanged(room, now, out);
  if (was_large && !room.large()) Introduce(room, out);
  return seat;
}

void Hub::Depart(Room& room, Member& member, std::string_view reason, bool by_leaving, const Now& now,
                 Outbox& out) {
  const Seat seat = Unseat(room, member, reason, now, out);
  const std::string& key = member.identity->key;
  const bool led = seat.host || (&room == lobby_ && member.admin() && HasStandIns(room));
  if (led && !room.IsHost(key)) HostGone(room, key, by_leaving, now, out);
  if (led || room.seats().empty()) ChooseHost(room, {}, now, out);
  Release(room);
}

// For the journal: somebody came, or `left` with that reason.
void Hub::NoteVisit(const Room& room, const Member& member, std::optional<std::string_view> left,
                    const Now& now, Outbox& out) const {
  if (!options_.journal) return;
  out.visits.push_back({.room_key = room.key(),
                        .person = member.identity->key,
                        .name = member.identity->name.shown,
                        .time = now.wall,
                        .left = left ? std::optional<std::string>(*left) : std::nullopt});
}

// The room is small enough again that everyone is to know everyone: those who came while it was large were
// not announced, and were shown only a part of the others.
void Hub::Introduce(Room& room, Outbox& out) {
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

void Hub::CountChanged(Room& room, const Now& now, Outbox& out) {
  if (!room.large() || room.count_changed) return;
  if (!room.count_told || now.monotonic - *room.count_told >= limits::kCountPeriod) {
    room.count_told = now.monotonic;
    out.items.emplace_back(
        ToRoom{&room, protocol::RoomChanged{.room = room.shown(), .count = room.seats().size()}});
    return;
  }
  room.count_changed = true;
  counting_.push_back(&room);
}

void Hub::Tick(const Now& now, Outbox& out) {
  std::erase_if(counting_, [&](Room* room) {
    if (now.monotonic - *room->count_told < limits::kCountPeriod) return false;
    room->count_changed = false;
    room->count_told = now.monotonic;
    if (!room->seats().empty()) {
      out.items.emplace_back(
          ToRoom{room, protocol::RoomChanged{.room = room->shown(), .count = room->seats().size()}});
    }
    return true;
  });
  while (!reminders_.empty() && reminders_.begin()->first <= now.monotonic) {
    StopAwaiting(*FindRoom(reminders_.begin()->second), now, out);
  }
}

}  // namespace parley
