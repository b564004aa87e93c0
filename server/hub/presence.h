// Presence tells a room who joins, changes and leaves (docs/protocol.md, "Large rooms").
//
// In a room of up to limits::kListedMembers everybody is announced. In a larger room, ten thousand joins
// would be fifty million lines. So it announces only prominent members (hosts, in the call, hand up), and the
// count at most once a second. A member who was announced is also announced when leaving. One thread.

#pragma once

#include <optional>
#include <string_view>

#include "common/base/clock.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"
#include "server/hub/room_deadlines.h"

namespace parley {

class Presence {
 public:
  // `journal`: the log keeps who joins and leaves (Outbox::visits).
  explicit Presence(bool journal) : journal_(journal) {}

  // The newest of the room.
  void Joined(Room& room, Seat& seat, const Now& now, Outbox& out);
  // `member` had that seat until now.
  void Left(Room& room, const Seat& seat, const Member& member, std::string_view reason, const Now& now,
            Outbox& out);
  // Members have left a room that `was_large` before. If it is small enough again, everybody is to know
  // everybody.
  static void Introduce(Room& room, bool was_large, Outbox& out);
  // Flags, role or mute. `was_prominent`: before the change.
  static void Changed(Room& room, Seat& seat, bool was_prominent, Outbox& out);
  static void Renamed(Room& room, Seat& seat, Outbox& out);

  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return counts_.Next(); }
  void Tick(const Now& now, Outbox& out);

 private:
  void CountChanged(Room& room, const Now& now, Outbox& out);
  void NoteVisit(const Room& room, const Member& member, std::optional<std::string_view> left, const Now& now,
                 Outbox& out) const;

  bool journal_;
  RoomDeadlines counts_;  // large rooms whose count is to be told
};

}  // namespace parley
