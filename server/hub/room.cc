#include "server/hub/room.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "common/base/limits.h"
#include "common/protocol/fold.h"

namespace parley {

bool Seat::SwitchOffForbidden(const protocol::Allow& allow) {
  if (leads()) return false;
  const Flags before = flags;
  flags.audio = flags.audio && allow.microphone;
  flags.video = flags.video && allow.camera;
  flags.screen = flags.screen && allow.screen;
  return flags != before;
}

protocol::Role Seat::role() const {
  if (member->admin()) return protocol::Role::kAdmin;
  if (host) return protocol::Role::kHost;
  return std::min(member->identity->role, protocol::Role::kMember);  // a host who was demoted is a member
}

protocol::MemberInfo Seat::info() const {
  return {.id = member->id,
          .name = member->identity->name.shown,
          .author = member->identity->author,
          .role = role(),
          .call = flags.call,
          .audio = flags.audio,
          .video = flags.video,
          .screen = flags.screen,
          .hand = flags.hand,
          .muted = muted};
}

Room::Room(RoomSettings settings)
    : RoomSettings(std::move(settings)), folded_topic_(protocol::Folded(topic)) {
}

void Room::SetTopic(std::string text) {
  topic = std::move(text);
  folded_topic_ = protocol::Folded(topic);
}

void Room::Restore(RoomSettings settings) {
  static_cast<RoomSettings&>(*this) = std::move(settings);
  folded_topic_ = protocol::Folded(topic);
}

Seat* Room::SeatOf(const Member& member) {
  for (const Place& place : member.places) {
    if (place.room == this) return &seats_[place.seat];
  }
  return nullptr;
}

Seat* Room::FindSeat(std::string_view member_id) {
  const auto found = std::ranges::find_if(seats_, [&](const Seat& s) { return s.member->id == member_id; });
  return found == seats_.end() ? nullptr : &*found;
}

Seat& Room::Add(Member& member) {
  member.places.push_back({this, seats_.size()});
  Seat seat;
  seat.member = &member;
  seat.peer = member.peer;
  seat.raw = member.raw;
  seat.muted = muted_identities.Contains(member.identity->key);
  seat.order = next_order_++;
  return seats_.emplace_back(seat);
}

void Room::Remove(Member& member) {
  const auto place = std::ranges::find(member.places, this, &Place::room);
  assert(place != member.places.end());
  const std::size_t index = place->seat;
  member.places.erase(place);
  if (index + 1 != seats_.size()) {
    seats_[index] = seats_.back();
    std::ranges::find(seats_[index].member->places, this, &Place::room)->seat = index;
  }
  seats_.pop_back();
  announced.roster.Forget();
}

bool Room::large() const {
  return seats_.size() > limits::kListedMembers;
}

bool Room::HasHost() const {
  return std::ranges::any_of(seats_, &Seat::host);
}

bool Room::IsHost(const std::string& identity) const {
  return std::ranges::any_of(
      seats_, [&](const Seat& seat) { return seat.host && seat.member->identity->key == identity; });
}

bool Room::IsHostByRight(const Member& member) const {
  return member.identity->role == protocol::Role::kHost || rules.IsHost(*member.identity);
}

bool Room::WasHost(const Member& member) const {
  const KnownHosts::Host* known = known_hosts.Find(member.identity->key);
  return known != nullptr && known->by != HostBy::kRight;
}

Seat* Room::LongestHere(const std::string& except) {
  Seat* longest = nullptr;
  const auto key = [&](const Seat& seat) {
    return std::pair(seat.member->identity->key == except, seat.order);
  };
  for (Seat& seat : seats_) {
    if (!seat.raw && (longest == nullptr || key(seat) < key(*longest))) longest = &seat;
  }
  return longest;
}

std::vector<protocol::MemberInfo> Room::Everybody() const {
  std::vector<const Seat*> shown;
  shown.reserve(seats_.size());
  for (const Seat& seat : seats_) shown.push_back(&seat);
  std::ranges::sort(shown, {}, &Seat::order);
  std::vector<protocol::MemberInfo> list;
  list.reserve(shown.size());
  for (const Seat* seat : shown) list.push_back(seat->info());
  return list;
}

bool Room::IsBanned(const Member& member) const {
  if (member.admin()) return false;
  const bool guest = member.identity->role == protocol::Role::kGuest;
  // A host is not shut out by the address that a banned neighbour happens to share.
  const bool by_address = guest && !WasHost(member);
  return std::ranges::any_of(bans, [&](const Ban& ban) {
    if (ban.identity == member.identity->key) return true;
    if (by_address && !ban.address.empty() && ban.address == member.address) return true;
    return guest && ban.name == member.identity->name && ban.OfGuest();
  });
}

void Room::AddBan(Ban ban) {
  std::erase_if(bans, [&](const Ban& earlier) { return earlier.identity == ban.identity; });
  if (bans.size() >= limits::kBansPerRoom) bans.erase(bans.begin());
  bans.push_back(std::move(ban));
}

bool Room::RemoveBan(const protocol::Name& person) {
  return std::erase_if(bans, [&](const Ban& ban) { return ban.name == person; }) > 0;
}

const Place* FindPlace(const Member& member, const std::string& room) {
  const auto& places = member.places;
  // As a rule the room's own spelling: nothing to normalise.
  auto found = std::ranges::find(
      places, room, [](const Place& place) -> const std::string& { return place.room->shown(); });
  if (found == places.end()) {
    const auto name = protocol::RoomName(room);
    if (!name) return nullptr;
    found = std::ranges::find(places, name->key,
                              [](const Place& place) -> const std::string& { return place.room->key(); });
  }
  return found == places.end() ? nullptr : &*found;
}

}  // namespace parley
