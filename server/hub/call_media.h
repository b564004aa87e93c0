// CallMedia decides how the call of each room is connected: directly between the pages (a mesh), or through
// the server's SFU. It tells the SFU who takes part and what others may receive from them, and passes the
// SFU's signals on to the pages (docs/protocol.md, "Calls through the server").
//
// The SFU works on another thread. So each of its events is checked again: the member may have left the call
// meanwhile. One thread.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "server/hub/action_context.h"
#include "server/hub/answer.h"
#include "server/hub/hub_options.h"
#include "server/hub/members.h"
#include "server/hub/outbox.h"
#include "server/hub/request_context.h"
#include "server/hub/room.h"
#include "server/hub/room_deadlines.h"
#include "server/hub/rooms.h"
#include "server/model/media_messages.h"

namespace parley {

class CallMedia {
 public:
  // All must outlive this.
  CallMedia(const HubOptions& options, Rooms& rooms, const Members& members)
      : options_(options), rooms_(rooms), members_(members) {}

  // `mesh` or `sfu`.
  [[nodiscard]] std::string_view ModeOf(const Room& room) const;

  // The verb `signal` to protocol::kSfu.
  Answer Signal(RequestContext& context) const;

  // The action `record`, which starts or stops the recording of the call. PrepareRecord is its early check,
  // and gives a new recording its id.
  Answer PrepareRecord(ModerateCommand& command) const;
  Answer Record(ActionContext& context) const;
  [[nodiscard]] static bool IsRecorded(const Room& room) { return room.call.recording.has_value(); }

  // The seat's flags, role or mute have changed, and the room knows.
  void Changed(Room& room, Seat& seat, Outbox& out) const;
  // `member` had that seat until now. `lost`: its connection has ended, so its media go on for a while.
  void Left(Room& room, const Seat& seat, const Member& member, bool lost, const Now& now, Outbox& out);
  // What the room allows, or the list of muted people, has changed: this applies to lost members, too.
  static void RestrictLost(Room& room, Outbox& out);
  // A host has switched `off` for the person; without one, for everybody but hosts and admins.
  static void SwitchOffLost(Room& room, const std::optional<std::string>& identity, const MediaKinds& off,
                            Outbox& out);
  // The person is host no longer.
  static void DismissLost(Room& room, const std::string& identity, Outbox& out);
  // A person was removed: the media of lost sessions end.
  void Removed(Room& room, const std::string& identity, Outbox& out);
  // Everybody has been taken out of the call.
  void Ended(Room& room, Outbox& out);

  // What the SFU says.
  void Happened(const MediaEvent& event, Outbox& out) const;

  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return lost_.Next(); }
  void Tick(const Now& now, Outbox& out);

 private:
  struct Teller;

  [[nodiscard]] bool IsThroughServer(const Room& room) const;
  void Move(Room& room, Outbox& out) const;
  void Tell(Room& room, Seat& seat, Outbox& out) const;
  void CloseIfOver(Room& room, Outbox& out) const;
  void Close(Room& room, Outbox& out) const;
  void Remind(Room& room);
  // The SFU learns of a recording that it does not know yet, once there is a call.
  static void GiveRecording(Room& room, Outbox& out);

  const HubOptions& options_;
  Rooms& rooms_;
  const Members& members_;
  RoomDeadlines lost_;  // rooms with lost members in their call
};

}  // namespace parley
