#include "server/hub/rooms.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "common/protocol/fold.h"

namespace parley {

Rooms::Rooms(const HubOptions& options, std::vector<RoomSettings> kept, std::vector<ListedRoom> listed)
    : options_(options) {
  for (RoomSettings& room : kept) Add(std::move(room));
  for (ListedRoom& room : listed) SetUp(std::move(room));
  const auto name = *protocol::RoomName("lobby");
  lobby_ = Find(name.key);
  if (lobby_ == nullptr) lobby_ = &Add({.name = name});
  for (const auto& [key, room] : rooms_) {
    if (Stays(*room)) {
      ++staying_;
    } else {
      room->use.idle = idle_.insert(idle_.end(), room.get());
    }
    Relist(*room);
  }
}

Room& Rooms::Add(RoomSettings settings) {
  std::string key = settings.name.key;
  return *rooms_.emplace(std::move(key), std::make_unique<Room>(std::move(settings))).first->second;
}

void Rooms::SetUp(ListedRoom listed) {
  Room* room = Find(listed.name.key);
  if (room == nullptr) room = &Add({.name = listed.name});
  room->name = std::move(listed.name);
  room->rules = std::move(listed.rules);
  if (listed.topic) room->SetTopic(std::move(*listed.topic));
  if (listed.password) room->password = std::move(*listed.password);
  if (listed.waiting_room) room->waiting_room = *listed.waiting_room;
}

Room* Rooms::Find(const std::string& key) const {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : found->second.get();
}

bool Rooms::MayExist(const Room& room) const {
  return !options_.only_listed_rooms || room.rules.listed || &room == lobby_;
}

// Whether the room may be forgotten: nobody is here or awaited, nothing was said or set.
bool Rooms::IsDisposable(const Room& room) const {
  const bool remembers = !room.known_hosts.all().empty() || !room.muted_identities.all().empty();
  return room.seats().empty() && room.entrance.empty() && room.succession.awaited.empty() && room.last == 0 &&
         room.use.under_way == 0 && !room.HasSettings() && !room.rules.listed &&
         (options_.log_keeps_settings || !remembers);
}

// Those of the configuration, and the lobby, are there always.
bool Rooms::Stays(const Room& room) const {
  return room.rules.listed || &room == lobby_;
}

void Rooms::Use(Room& room) {
  if (std::exchange(room.use.in_use, true) || Stays(room)) return;
  ++in_use_;
  room.use.seen_idle = false;
  if (room.use.idle) idle_.erase(*std::exchange(room.use.idle, std::nullopt));
}

void Rooms::Release(Room& room) {
  const bool is_called = !room.call.lost.empty();  // by members whose connection is lost
  if (!room.seats().empty() || !room.entrance.empty() || room.use.under_way > 0 || is_called) return;
  const bool was_in_use = std::exchange(room.use.in_use, false);
  if (Stays(room)) return;
  if (was_in_use) --in_use_;
  if (IsDisposable(room)) return Drop(room);
  if (!room.use.idle) room.use.idle = idle_.insert(idle_.end(), &room);
}

Answer Rooms::Hold(protocol::Name name, Room*& room, Outbox& out) {
  room = Find(name.key);
  const bool counts = room != nullptr && (room->use.in_use || Stays(*room));
  if (!counts && in_use_ >= options_.max_rooms) {
    return protocol::Error{ErrorCode::kTooManyRooms,
                           "the server has its maximum number of rooms; try again later"};
  }
  if (room == nullptr) {
    while (!idle_.empty() && rooms_.size() - staying_ >= options_.max_rooms) Evict(*idle_.front(), out);
    room = &Add({.name = std::move(name)});
    room->use.read = false;
    room->use.made = false;
  }
  Use(*room);
  return std::nullopt;
}

void Rooms::Evict(Room& room, Outbox& out) {
  const auto& awaited = room.succession.awaited;
  if (!awaited.empty()) {
    const MonotonicTime until = std::ranges::max(awaited, {}, &Succession::Awaited::until).until;
    // Nobody is awaited for longer, so what ends before this is over.
    const MonotonicTime past = until - limits::kHostAwaited;
    std::erase_if(awaiting_, [past](const auto& one) { return one.second <= past; });
    awaiting_.insert_or_assign(room.key(), until);
  }
  out.saves.push_back(room.settings());
  out.evicted.push_back(room.key());
  Drop(room);
}

std::optional<MonotonicTime> Rooms::TakeAwaited(const std::string& key) {
  const auto awaiting = awaiting_.extract(key);
  return awaiting ? std::optional(awaiting.mapped()) : std::nullopt;
}

// The least recently used is the first one: those that UsedRooms has seen stand before the others.
bool Rooms::EvictIdle(std::size_t rooms, Outbox& out) {
  const auto next = [&] { return idle_.empty() || !idle_.front()->use.seen_idle ? nullptr : idle_.front(); };
  for (; rooms > 0 && next() != nullptr; --rooms) Evict(*next(), out);
  return next() != nullptr;
}

std::vector<std::string> Rooms::UsedRooms() {
  std::vector<std::string> keys;
  for (Room* const room : idle_) {
    if (!std::exchange(room->use.seen_idle, true)) keys.push_back(room->key());
  }
  for (const auto& [key, room] : rooms_) {
    if (room->use.in_use || Stays(*room)) keys.push_back(key);
  }
  return keys;
}

void Rooms::Drop(Room& room) {
  if (room.use.idle) idle_.erase(*room.use.idle);
  list_.Update(room, false);
  rooms_.erase(std::string(room.key()));
}

bool Rooms::TakeSettings(Room& room, KeptRoom kept) {
  if (std::exchange(room.use.read, true)) return false;
  room.use.made = kept.exists;
  if (!kept.settings) return false;
  room.Restore(std::move(*kept.settings));
  return true;
}

bool Rooms::IsPublic(const Room& room) const {
  return room.use.read && room.password.empty() && MayExist(room) && (!room.seats().empty() || Stays(room));
}

// The lobby, which everybody knows, is not listed while it is empty.
void Rooms::Relist(Room& room) {
  list_.Update(room, IsPublic(room) && (!room.seats().empty() || room.rules.listed));
}

protocol::RoomsReply Rooms::Select(const protocol::Rooms& request) const {
  const auto after = protocol::RoomName(request.after.value_or(""));
  return list_.Select(protocol::Folded(request.query.value_or("")), request.limit,
                      after ? Find(after->key) : nullptr);
}

}  // namespace parley
