// Decides which rooms are held in memory, and which give way to new ones.
//
// A room is in use while somebody is in it, waits for it, or asked for something there. Other rooms
// stay in memory while there is place. The least recently used goes first: what is kept of it stays in the
// log, and is read again when somebody joins.

#include <algorithm>
#include <utility>

#include "server/hub/call.h"
#include "server/hub/hub.h"

namespace parley {

using protocol::Error;

// Those of the configuration, and the lobby, are there always.
bool Hub::Stays(const Room& room) const {
  return room.rules.listed || &room == lobby_;
}

void Hub::Use(Room& room) {
  if (std::exchange(room.in_use, true) || Stays(room)) return;
  ++in_use_;
  room.seen_idle = false;
  if (room.idle) idle_.erase(*std::exchange(room.idle, std::nullopt));
}

void Hub::Release(Room& room) {
  if (!room.seats().empty() || !room.waiting.empty() || !room.let_in.empty() || room.under_way > 0) return;
  const bool was_in_use = std::exchange(room.in_use, false);
  if (Stays(room)) return;
  if (was_in_use) --in_use_;
  if (room.Disposable()) return Drop(room);
  if (!room.idle) room.idle = idle_.insert(idle_.end(), &room);
}

// The room of that name, held in memory from now on: to be released again.
Hub::Answer Hub::Hold(protocol::Name name, Room*& room, Outbox& out) {
  room = FindRoom(name.key);
  const bool counts = room != nullptr && (room->in_use || Stays(*room));
  if (!counts && in_use_ >= options_.max_rooms) {
    return Error{ErrorCode::kTooManyRooms, "the server has its maximum number of rooms"};
  }
  if (room == nullptr) {
    while (!idle_.empty() && rooms_.size() - staying_ >= options_.max_rooms) GiveWay(*idle_.front(), out);
    room = &AddRoom({.name = std::move(name)});
    room->read = false;
    room->made = false;
  }
  Use(*room);
  return std::nullopt;
}

void Hub::GiveWay(Room& room, Outbox& out) {
  out.saves.push_back(room.settings());
  out.given_way.push_back(room.key());
  Drop(room);
}

std::vector<std::string> Hub::UsedRooms(bool others_give_way, Outbox& out) {
  std::vector<std::string> keys;
  for (auto next = idle_.begin(); next != idle_.end();) {
    Room& room = **next++;
    if (!std::exchange(room.seen_idle, true)) {
      keys.push_back(room.key());
    } else if (others_give_way) {
      GiveWay(room, out);
    }
  }
  for (const auto& [key, room] : rooms_) {
    if (room->in_use || Stays(*room)) keys.push_back(key);
  }
  return keys;
}

void Hub::Drop(Room& room) {
  if (room.idle) idle_.erase(*room.idle);
  list_.Update(room, false);
  if (room.reminder) reminders_.erase({*room.reminder, room.key()});
  std::erase(counting_, &room);
  rooms_.erase(std::string(room.key()));
}

// The list of rooms has it as it is now.
void Hub::Relist(Room& room) {
  list_.Update(room, room.password.empty() && MayExist(room) && (!room.seats().empty() || room.rules.listed));
}

// What the log keeps of a room has been read. Of two who join it at once, the first one's answer counts.
void Hub::TakeSettings(Room& room, KeptRoom& kept, const Now& now) {
  if (std::exchange(room.read, true)) return;
  room.made = kept.exists;
  if (!kept.settings) return;
  room.Restore(std::move(*kept.settings));
  AwaitHosts(room, now.monotonic);
}

}  // namespace parley
