// Rooms holds the rooms that are in memory, decides which of them are dropped for new ones, and keeps the
// list that people choose from.
//
// A room is in use while somebody is in it, waits for it, or has a request under way there. Other rooms stay
// in memory while there is space, and the least recently used is dropped first. The log keeps what it stored
// of that room, and it is read again when somebody joins. A Room& is valid until Release, or until another
// room is held. One thread.

#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/names.h"
#include "server/hub/answer.h"
#include "server/hub/hub_options.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"
#include "server/hub/room_list.h"
#include "server/model/room_rules.h"
#include "server/model/room_settings.h"

namespace parley {

class Rooms {
 public:
  // `kept`: the rooms as they were set up before a restart. What the configuration says of `listed` counts
  // more. `options` must outlive this.
  Rooms(const HubOptions& options, std::vector<RoomSettings> kept, std::vector<ListedRoom> listed);
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  [[nodiscard]] Room& lobby() const { return *lobby_; }
  [[nodiscard]] Room* Find(const std::string& key) const;
  // In memory, in use or not.
  [[nodiscard]] std::size_t size() const { return rooms_.size(); }
  [[nodiscard]] const std::unordered_map<std::string, std::unique_ptr<Room>>& all() const { return rooms_; }
  // Whether people may join a room of that name.
  [[nodiscard]] bool MayExist(const Room& room) const;

  // The room of that name, held in memory from now on: to be released again. Refuses where there are too many
  // rooms.
  Answer Hold(protocol::Name name, Room*& room, Outbox& out);
  // Somebody uses the room.
  void Use(Room& room);
  // To be called when somebody no longer uses the room. If nobody does, it may be gone afterwards.
  void Release(Room& room);
  // Rooms that nobody has used since UsedRooms was called last leave the memory and are only in the log; at
  // most so many. Whether there are more.
  bool EvictIdle(std::size_t rooms, Outbox& out);
  // Until when the room of that key awaited its hosts when it was evicted; nothing if it awaited none. Told
  // once.
  std::optional<MonotonicTime> TakeAwaited(const std::string& key);
  // The keys of the rooms that were in use since the last call.
  std::vector<std::string> UsedRooms();
  // The log has read the room. If two people join it at once, only the first result counts. Returns whether
  // the room has taken settings from `kept`.
  static bool TakeSettings(Room& room, KeptRoom kept);

  // The list of rooms has the room as it is now. To be called when members, password or topic change.
  void Relist(Room& room);
  // Whether everybody may know of the room: it has no password, and people are in it or it is always there.
  [[nodiscard]] bool IsPublic(const Room& room) const;
  // What `rooms` replies.
  [[nodiscard]] protocol::RoomsReply Select(const protocol::Rooms& request) const;

 private:
  Room& Add(RoomSettings settings);
  void SetUp(ListedRoom listed);
  [[nodiscard]] bool Stays(const Room& room) const;
  void Evict(Room& room, Outbox& out);
  [[nodiscard]] bool IsDisposable(const Room& room) const;
  void Drop(Room& room);

  const HubOptions& options_;
  std::unordered_map<std::string, std::unique_ptr<Room>> rooms_;  // by key
  Room* lobby_ = nullptr;
  RoomList list_;
  std::list<Room*> idle_;    // may be evicted, the least recently used first
  std::size_t in_use_ = 0;   // rooms, without those that are never evicted
  std::size_t staying_ = 0;  // rooms that are never evicted
  // Of rooms that were evicted within the last limits::kHostAwaited: until when they await their hosts.
  std::unordered_map<std::string, MonotonicTime> awaiting_;
};

}  // namespace parley
