// Hosts assigns the host role in a room: to the first person, to hosts who return, and to successors.
//
// A host is a person: all sessions of one identity in a room are host, or none is. If several hosts, or
// several sessions of a host, leave together, a successor is chosen once all of them are gone (Choose). One
// thread.

#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "server/hub/call_media.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"
#include "server/hub/room_deadlines.h"
#include "server/hub/rooms.h"

namespace parley {

class Hosts {
 public:
  // `started`: when the server started. The others must outlive this.
  Hosts(Rooms& rooms, const CallMedia& call_media, MonotonicTime started);

  // Whether somebody becomes host by being there first or longest. The lobby needs no host, unless its
  // waiting room is on: then somebody must be able to let people in.
  [[nodiscard]] bool HasStandIns(const Room& room) const;
  // Whether nobody is there to let people in, or sure to come.
  [[nodiscard]] bool NobodyAdmits(const Room& room) const;
  // Whether the empty room waits for this member, who becomes host.
  [[nodiscard]] static bool IsHeir(const Member& member, const Room& room);

  // Somebody joins: first Arrives, then Seated once the seat is there, and Settled once all know of it.
  void Arrives(const Member& member, Room& room);
  // Decides whether the newcomer is host from its first moment.
  void Seated(Room& room, Seat& seat, Outbox& out);
  // The newcomer's other sessions become host with it, and stand-ins make place.
  void Settled(Room& room, const Seat& seat, Outbox& out);
  // `member` had that seat until now. `by_leaving`: by `leave`, or at the end of the meeting, not because the
  // connection ended. Gone chooses no successor: that is for the caller.
  void Gone(Room& room, const Seat& seat, const Member& member, bool by_leaving, const Now& now, Outbox& out);
  void Departed(Room& room, const Seat& seat, const Member& member, bool by_leaving, const Now& now,
                Outbox& out);

  // Makes the person of that key host, in all sessions that are in the room already. If there are none, the
  // person is host on joining.
  void Appoint(Room& room, const std::string& identity, HostBy by, Outbox& out);
  // The person of that key is host no longer in any session except `leaving`, which is about to leave, and
  // not again on coming back.
  void Dismiss(Room& room, const std::string& key, const Member* leaving, Outbox& out);
  // The same of one who is about to be removed in all sessions: nobody is told.
  void Forget(Room& room, const std::string& key);
  // If nobody is host and no host is awaited, the member who has been here longest becomes host, preferably
  // not `except`. If no protocol member is here, the person who has waited longest is admitted as host.
  void Choose(Room& room, const std::string& except, const Now& now, Outbox& out);

  // After a restart, or if the room was evicted while it awaited hosts: awaits, for a while, the hosts who
  // had not left. To be called when the room's settings have been read.
  void AwaitAgain(Room& room, MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return reminders_.Next(); }
  void Tick(const Now& now, Outbox& out);

 private:
  [[nodiscard]] bool Led(const Room& room, const Seat& seat, const Member& member) const;
  [[nodiscard]] bool LacksHost(const Room& room) const;
  [[nodiscard]] bool IsHostAgain(const Member& member, const Room& room) const;
  void DismissStandIns(Room& room, const Seat& newcomer, Outbox& out);
  void MakeHost(Room& room, Seat& seat, HostBy by, Outbox& out);
  void Remember(Room& room, const std::string& identity, HostBy by, Outbox& out);
  void ChooseHeir(Room& room, const Now& now, Outbox& out);
  void StopAwaiting(Room& room, const std::string& identity);
  void StopAwaitingAll(Room& room, const Now& now, Outbox& out);
  void Remind(Room& room);

  Rooms& rooms_;
  const CallMedia& call_media_;
  const MonotonicTime started_;
  RoomDeadlines reminders_;  // rooms that await somebody
};

}  // namespace parley
