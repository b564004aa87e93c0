// Seating lets members join and leave rooms, also when their connections end.
//
// A join is decided twice: at the request, and when the log has read the room's messages. One thread.

#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/protocol/page.h"
#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/attention.h"
#include "server/hub/call_media.h"
#include "server/hub/changes.h"
#include "server/hub/hosts.h"
#include "server/hub/hub_options.h"
#include "server/hub/outbox.h"
#include "server/hub/presence.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"

namespace parley {

class Seating {
 public:
  Seating(const HubOptions& options, Rooms& rooms, Presence& presence, Hosts& hosts,
          const Admission& admission, Changes& changes, Attention& attention, CallMedia& call_media)
      : options_(options),
        rooms_(rooms),
        presence_(presence),
        hosts_(hosts),
        admission_(admission),
        changes_(changes),
        attention_(attention),
        call_media_(call_media) {}

  // The verbs. LeaveWaiting is `leave`, or any other, by one who is not in the room: who waits in front of it
  // may leave it; that is all.
  Answer Join(RequestContext& context);
  Answer Leave(RequestContext& context);
  Answer LeaveWaiting(RequestContext& context, const std::string& room_name);

  // The log has read what Join asked for; `seen` is how far the person has read, as far as the log knows.
  Answer TakeSeat(const Load& load, Member& member, Room& room, protocol::Page& page, protocol::Sequence seen,
                  const Now& now, Outbox& out);
  // A raw peer takes its seat in the lobby.
  void TakeRawSeat(Member& member, const Now& now, Outbox& out);

  // The member leaves the room, which may be gone afterwards.
  void Depart(Room& room, Member& member, std::string_view reason, bool by_leaving, const Now& now,
              Outbox& out);
  // The member leaves all rooms, and waits for none: its connection ends.
  void DepartAll(Member& member, std::string_view reason, const Now& now, Outbox& out);
  // Only takes the seat away, and returns it. `lost`: because the member's connection ended. The caller
  // introduces members to each other (Presence), says who follows a host (Hosts), and releases the room.
  Seat Unseat(Room& room, Member& member, std::string_view reason, bool lost, const Now& now, Outbox& out);

 private:
  [[nodiscard]] Answer MayTakeSeat(const Load& load, Member& member, Room& room, const Now& now,
                                   Outbox& out) const;
  [[nodiscard]] protocol::Joined Describe(const Load& load, Room& room, const Seat& seat,
                                          protocol::Page& page, const Now& now) const;

  const HubOptions& options_;
  Rooms& rooms_;
  Presence& presence_;
  Hosts& hosts_;
  const Admission& admission_;
  Changes& changes_;
  Attention& attention_;
  CallMedia& call_media_;
};

}  // namespace parley
