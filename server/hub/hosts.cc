#include "server/hub/hosts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/hub/presence.h"

namespace parley {

Hosts::Hosts(Rooms& rooms, const CallMedia& call_media, MonotonicTime started)
    : rooms_(rooms), call_media_(call_media), started_(started) {
  for (const auto& [key, room] : rooms_.all()) AwaitAgain(*room, started_);
}

bool Hosts::HasStandIns(const Room& room) const {
  return room.rules.hosts.empty() && (&room != &rooms_.lobby() || room.waiting_room);
}

// Whether nobody leads the room: no host and, in the lobby, no admin.
bool Hosts::LacksHost(const Room& room) const {
  if (room.HasHost()) return false;
  const auto is_admin = [](const Seat& seat) { return seat.member->admin(); };
  return &room != &rooms_.lobby() || std::ranges::none_of(room.seats(), is_admin);
}

bool Hosts::NobodyAdmits(const Room& room) const {
  const Succession& succession = room.succession;
  return HasStandIns(room) && succession.awaited.empty() && !succession.heir_until && LacksHost(room);
}

bool Hosts::IsHeir(const Member& member, const Room& room) {
  const auto& let_in = room.entrance.let_in();
  return room.succession.heir_until && !let_in.empty() && let_in.front() == &member;
}

void Hosts::Arrives(const Member& member, Room& room) {
  room.succession.heir_until.reset();
  if (member.admin()) return StopAwaiting(room, member.identity->key);
  Remind(room);
}

void Hosts::Seated(Room& room, Seat& seat, Outbox& out) {
  const Member& member = *seat.member;
  if (room.IsHostByRight(member)) {
    MakeHost(room, seat, HostBy::kRight, out);
  } else if (IsHostAgain(member, room)) {
    MakeHost(room, seat, room.known_hosts.Find(member.identity->key)->by, out);
  } else if (HasStandIns(room) && room.succession.awaited.empty() && LacksHost(room)) {
    MakeHost(room, seat, HostBy::kBeingFirst, out);
  }
}

void Hosts::Settled(Room& room, const Seat& seat, Outbox& out) {
  if (!seat.host) return;
  const std::string& key = seat.member->identity->key;
  Appoint(room, key, room.known_hosts.Find(key)->by, out);
  DismissStandIns(room, seat, out);
}

// Whether the newcomer was host here and is so again.
bool Hosts::IsHostAgain(const Member& member, const Room& room) const {
  if (!room.WasHost(member)) return false;
  if (room.known_hosts.Find(member.identity->key)->by == HostBy::kPromotion) return true;
  // A guest who was only the first one would step down for a host by right.
  return HasStandIns(room) &&
         (member.identity->account() || std::ranges::none_of(room.seats(), [&](const Seat& seat) {
            return seat.host && room.IsHostByRight(*seat.member);
          }));
}

// Stand-in hosts make place for the newcomer, a host: guests for a host by right, and everybody who became
// host after a host who is back.
void Hosts::DismissStandIns(Room& room, const Seat& newcomer, Outbox& out) {
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

void Hosts::Dismiss(Room& room, const std::string& key, const Member* leaving, Outbox& out) {
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (!seat.host || seat.member == leaving || seat.member->identity->key != key) continue;
    seat.host = false;
    seat.stands_in = false;
    seat.SwitchOffForbidden(room.allow);
    Presence::Changed(room, seat, true, out);
    call_media_.Changed(room, seat, out);
  }
  CallMedia::DismissLost(room, key, out);
  StopAwaiting(room, key);
  if (room.known_hosts.Remove(key)) out.saves.push_back(room.settings());
}

void Hosts::Forget(Room& room, const std::string& key) {
  room.known_hosts.Remove(key);
  StopAwaiting(room, key);
}

void Hosts::Appoint(Room& room, const std::string& identity, HostBy by, Outbox& out) {
  const std::string key = identity;  // a copy: it may belong to a seat
  bool is_here = false;
  for (std::size_t i = 0; i < room.seats().size(); ++i) {
    Seat& seat = room.seat(i);
    if (seat.member->identity->key != key) continue;
    is_here = true;
    const bool was_host = seat.host;
    MakeHost(room, seat, by, out);
    if (was_host) continue;
    Presence::Changed(room, seat, true, out);
    if (room.waiting_room) room.entrance.Tell(seat, out);
  }
  if (!is_here) Remember(room, key, by, out);
}

void Hosts::MakeHost(Room& room, Seat& seat, HostBy by, Outbox& out) {
  seat.host = true;
  seat.stands_in = by == HostBy::kBeingFirst;
  Remember(room, seat.member->identity->key, by, out);
}

void Hosts::Remember(Room& room, const std::string& identity, HostBy by, Outbox& out) {
  StopAwaiting(room, identity);
  const bool news = room.known_hosts.Add(identity, by);
  const bool first_account = IsAccount(identity) && !std::exchange(room.hosted, true);
  if (news || first_account) out.saves.push_back(room.settings());
}

// After a restart, as long as a host is awaited; after an eviction, for the rest of that time.
void Hosts::AwaitAgain(Room& room, MonotonicTime now) {
  const MonotonicTime until =
      std::max(started_ + limits::kHostAwaited, rooms_.TakeAwaited(room.key()).value_or(started_));
  if (now < until) {
    for (const KnownHosts::Host& host : room.known_hosts.all()) {
      if (host.expected) room.succession.awaited.push_back({host.identity, until});
    }
  }
  Remind(room);
}

// A host, or an admin where one leads the room like a host.
bool Hosts::Led(const Room& room, const Seat& seat, const Member& member) const {
  return seat.host || (&room == &rooms_.lobby() && member.admin() && HasStandIns(room));
}

void Hosts::Gone(Room& room, const Seat& seat, const Member& member, bool by_leaving, const Now& now,
                 Outbox& out) {
  const std::string& key = member.identity->key;
  if (!Led(room, seat, member) || room.IsHost(key)) return;  // another session stays
  if (!by_leaving) {
    room.succession.awaited.push_back({key, now.monotonic + limits::kHostAwaited});
    Remind(room);
  } else if (room.known_hosts.Expect(key, false)) {
    out.saves.push_back(room.settings());
  }
}

void Hosts::Departed(Room& room, const Seat& seat, const Member& member, bool by_leaving, const Now& now,
                     Outbox& out) {
  Gone(room, seat, member, by_leaving, now, out);
  if (Led(room, seat, member) || room.seats().empty()) Choose(room, {}, now, out);
}

void Hosts::Choose(Room& room, const std::string& except, const Now& now, Outbox& out) {
  if (!room.succession.awaited.empty()) return;
  if (!room.seats().empty()) {
    if (!HasStandIns(room) || !LacksHost(room)) return;
    if (const Seat* successor = room.LongestHere(except)) {
      return Appoint(room, successor->member->identity->key, HostBy::kBeingFirst, out);
    }
  }
  ChooseHeir(room, now, out);
}

// Nobody is left who could let people in. An admitted person who has not joined yet becomes host, or else the
// person who has waited longest, who is let in now.
void Hosts::ChooseHeir(Room& room, const Now& now, Outbox& out) {
  Entrance& entrance = room.entrance;
  if (room.seats().empty()) entrance.KeepThoseLetIn();
  if (!room.rules.hosts.empty()) return;
  const auto first =
      std::ranges::find_if(entrance.waiting(), [&](Member* one) { return !room.IsBanned(*one); });
  if (entrance.let_in().empty() && first != entrance.waiting().end()) {
    entrance.LetIn((*first)->identity->key, out);
  }
  room.succession.heir_until.reset();
  if (!entrance.let_in().empty()) room.succession.heir_until = now.monotonic + limits::kHeirAwaited;
  Remind(room);
}

void Hosts::StopAwaiting(Room& room, const std::string& identity) {
  std::erase_if(room.succession.awaited,
                [&](const Succession::Awaited& one) { return one.identity == identity; });
  Remind(room);
}

// Those whom the room was kept for did not come.
void Hosts::StopAwaitingAll(Room& room, const Now& now, Outbox& out) {
  Succession& succession = room.succession;
  bool news = false;
  for (const auto& one : succession.awaited) news |= room.known_hosts.Expect(one.identity, false);
  if (news) out.saves.push_back(room.settings());
  const bool heir_is_late = succession.awaited.empty();
  succession.awaited.clear();
  while (heir_is_late && !room.entrance.let_in().empty()) {
    room.entrance.NoMoreLetIn(*room.entrance.let_in().back());
  }
  succession.heir_until.reset();
  Remind(room);
  Choose(room, {}, now, out);
  rooms_.Release(room);
}

// Tick is to come when the last host is awaited no longer, or the heir is.
void Hosts::Remind(Room& room) {
  Succession& succession = room.succession;
  const auto deadline = succession.awaited.empty()
                            ? succession.heir_until
                            : std::ranges::max(succession.awaited, {}, &Succession::Awaited::until).until;
  reminders_.Set(room, succession.due, deadline);
}

void Hosts::Tick(const Now& now, Outbox& out) {
  while (Room* room = reminders_.Due(now.monotonic)) StopAwaitingAll(*room, now, out);
}

}  // namespace parley
