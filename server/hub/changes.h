// Changes handles the verbs that change messages, and tells the room what has changed.
//
// A change is an entry of the log like a message (Outbox::entries). At the end of the batch, the room is told
// what the log has changed, in one event for each message. In a room with more than limits::kPromptMembers
// members, reactions and votes are gathered for limits::kChangesHeld. They are sent before any newer change.
// So a client that has received a revision has received all earlier ones. One thread.

#pragma once

#include <optional>

#include "common/base/clock.h"
#include "server/hub/answer.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/hub/request_context.h"
#include "server/hub/room.h"
#include "server/hub/room_deadlines.h"

namespace parley {

class Changes {
 public:
  // The verbs. The log decides on the rest: whether the message exists, who wrote it, whether a poll is open.
  static Answer Edit(RequestContext& context);
  static Answer Delete(RequestContext& context);
  static Answer React(RequestContext& context);
  static Answer Vote(RequestContext& context);
  static Answer ClosePoll(RequestContext& context);

  // The log has carried out the change of `entry`, or not. `author` is null if it is gone by now. To be
  // followed by Tick, once for the batch.
  void Stored(Room& room, const Member* author, LogEntry&& entry, StoreResult result, Outbox& out);
  // Tells the room all that is held back. `except` is about to join: its `joined` has all of it.
  void Tell(Room& room, Outbox& out, PeerIndex except = kNoPeer);

  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return due_.Next(); }
  // Tells all rooms what has changed and is not to be held back any longer.
  void Tick(const Now& now, Outbox& out);

 private:
  void Hold(Room& room, LogEntry&& entry);

  RoomDeadlines due_;  // rooms with something to tell
};

}  // namespace parley
