// Chooses the hosts of a room: who comes back, who is first, who follows, who steps down.
//
// A host is a person: all sessions of one identity in a room are host, or none is. If several hosts,
// or several sessions of a host, leave together, a successor is chosen once all of them are gone
// (ChooseHost).

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "server/hub/hub.h"

namespace parley {

// Whether somebody becomes host by being there first or longest. The lobby needs no host, unless its waiting
// room is on: then somebody must be able to let people in.
bool Hub::HasStandIns(const Room& room) const {
  return room.rules.hosts.empty() && (&room != lobby_ || room.waiting_room);
}

// Whether nobody leads the room: no host and, in the lobby, no admin.
bool Hub::LacksHost(const Room& room) const {
  return !room.HasHost() && (&room != lobby_ || std::ranges::none_of(room.seats(), [](const Seat& seat) {
    return seat.member->admin();
  }));
}

// Whether nobody is there to let people in, or sure to come.
bool Hub::NobodyAdmits(const Room& room) const {
  return HasStandIns(room) && room.awaited.empty() && !room.heir_until && LacksHost(room);
}

// Whether the newcomer was host here and is so again.
bool Hub::IsHostAgain(const Member& member, const Room& room) const {
  if (!room.WasHost(member)) return false;
  if (room.known_hosts.Find(member.identity->key)->by == HostBy::kPromotion) return true;
  // A guest who was only the first one would step down for a host by right.
  return HasStandIns(room) &&
         (member.identity->account() || std::ranges::none_of(room.seats(), [&](const Seat& seat) {
            return seat.host && room.IsHostByRight(*seat.member);
          }));
}

// Whether the newcomer is host from its first moment.
void Hub::SeatHost(Room& room, Seat& seat, Outbox& out) {
  const Member& member = *seat.member;
  if (room.IsHostByRight(member)) {
    MakeHost(room, seat, HostBy::kRight, out);
  } else if (IsHostAgain(member, room)) {
    MakeHost(room, seat, room.known_hosts.Find(member.identity->key)->by, out);
  } else if (HasStandIns(room) && room.awaited.empty() && LacksHost(room)) {
    MakeHost(room, seat, HostBy::kBeingFirst, out);
  }
}

// Stand-in hosts make place for the newcomer: guests for a host by right, and everybody who became host after
// a host who is back.
void Hub::DismissStandIns(Room& room, const Seat& newcomer, Outbox& out) {
  if (!newcomer.host) return;
  const std::string newcomer_key = newcomer.member->identity->key;
  const bool by_right = room.IsHostByRight(*newcomer.member);
  std::vector<std::string> dismissed;
  for (const Seat& seat : room.seats()) {
    const std::string& key = seat.member->identity->key;
    if (!seat.host || !seat.stands_in || key == newcomer_key) continue;
    if ((by_right && !seat.member->identity->account()) || room.known_hosts.IsOlder(newcomer_key, key)) {
      dismissed.push_back(key);
    }
  }
  for (const std::string& key : dismissed) Dismiss(room, key, nullptr, out);
}

// In all sessions except `leaving`, which is about to leave. The person is not host again on coming back.
void Hub::Dismiss(Room& room, const std::string& key, const Member* leaving, Outbox& out) {
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (!seat.host || seat.member == leaving || seat.member->identity->key != key) continue;
    seat.host = false;
    seat.stands_in = false;
    AnnounceChange(room, seat, true, out);
  }
  room.StopAwaiting(key);
  Remind(room);
  if (room.known_hosts.Remove(key)) out.saves.push_back(room.settings());
}

// In all sessions of the seat's person, who were in the room before.
void Hub::Appoint(Room& room, const Seat& chosen, HostBy by, Outbox& out) {
  const std::string key = chosen.member->identity->key;
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (seat.member->identity->key != key) continue;
    const bool was_host = seat.host;
    MakeHost(room, seat, by, out);
    if (was_host) continue;
    AnnounceChange(room, seat, true, out);
    if (room.waiting_room) TellWaiting(room, seat, out);
  }
}

void Hub::MakeHost(Room& room, Seat& seat, HostBy by, Outbox& out) {
  const std::string& key = seat.member->identity->key;
  seat.host = true;
  seat.stands_in = by == HostBy::kBeingFirst;
  room.StopAwaiting(key);
  Remind(room);
  const bool news = room.known_hosts.Add(key, by);
  const bool first_account = seat.member->identity->account() && !std::exchange(room.hosted, true);
  if (news || first_account) out.saves.push_back(room.settings());
}

// After a restart: for those who were host when the server ended, as long as a host is awaited.
void Hub::AwaitHosts(Room& room, MonotonicTime now) {
  const MonotonicTime until = options_.started + limits::kHostAwaited;
  if (now < until) {
    for (const KnownHosts::Host& host : room.known_hosts.all()) {
      if (host.expected) room.awaited.push_back({host.identity, until});
    }
  }
  Remind(room);
}

// The last session here of a host, or of the lobby's admin, is gone: by `leave`, or because its connection
// ended.
void Hub::HostGone(Room& room, const std::string& key, bool by_leaving, const Now& now, Outbox& out) {
  if (!by_leaving) {
    room.awaited.push_back({key, now.monotonic + limits::kHostAwaited});
    Remind(room);
  } else if (room.known_hosts.Expect(key, false)) {
    out.saves.push_back(room.settings());
  }
}

// Where nobody is host and none is awaited: the one who has been here longest follows, preferably not
// `except`; where no protocol member is here, the one who waits longest.
void Hub::ChooseHost(Room& room, const std::string& except, const Now& now, Outbox& out) {
  if (!room.awaited.empty()) return;
  if (!room.seats().empty()) {
    if (!HasStandIns(room) || !LacksHost(room)) return;
    if (const Seat* successor = room.LongestHere(except)) {
      return Appoint(room, *successor, HostBy::kBeingFirst, out);
    }
  }
  ChooseHeir(room, now, out);
}

// Nobody is left who could let people in. An admitted person who has not joined yet becomes host, or else the
// person who has waited longest, who is let in now.
void Hub::ChooseHeir(Room& room, const Now& now, Outbox& out) {
  if (room.seats().empty()) room.AdmitThoseLetIn();
  if (!room.rules.hosts.empty()) return;
  const auto first = std::ranges::find_if(room.waiting, [&](Member* one) { return !room.IsBanned(*one); });
  if (room.let_in.empty() && first != room.waiting.end()) LetIn(room, (*first)->identity->key, out);
  room.heir_until.reset();
  if (!room.let_in.empty()) room.heir_until = now.monotonic + limits::kHeirAwaited;
  Remind(room);
}

// Those whom the room was kept for did not come.
void Hub::StopAwaiting(Room& room, const Now& now, Outbox& out) {
  bool news = false;
  for (const Room::Awaited& one : room.awaited) news |= room.known_hosts.Expect(one.identity, false);
  if (news) out.saves.push_back(room.settings());
  const bool heir_is_late = room.awaited.empty();
  room.awaited.clear();
  while (heir_is_late && !room.let_in.empty()) NoMoreLetIn(*room.let_in.back(), room);
  room.heir_until.reset();
  Remind(room);
  ChooseHost(room, {}, now, out);
  Release(room);
}

// Tick is to come when the room's deadline does.
void Hub::Remind(Room& room) {
  const auto deadline = room.Deadline();
  if (deadline == room.reminder) return;
  if (room.reminder) reminders_.erase({*room.reminder, room.key()});
  if (deadline) reminders_.emplace(*deadline, room.key());
  room.reminder = deadline;
}

}  // namespace parley
