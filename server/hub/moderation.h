// Moderation handles what hosts and admins do in a room: one table of actions (kActions in moderation.cc).
//
// If the handler of an action is not here, it is in the class whose state it changes. One thread.

#pragma once

#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/hosts.h"
#include "server/hub/media_control.h"
#include "server/hub/members.h"
#include "server/hub/recent_actions.h"
#include "server/hub/removals.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"
#include "server/hub/seating.h"

namespace parley {

class Moderation {
 public:
  // `journal`: the log keeps who joins and leaves.
  Moderation(bool journal, Rooms& rooms, const Members& members, Hosts& hosts, const Admission& admission,
             Seating& seating, MediaControl& media, CallMedia& call_media)
      : journal_(journal),
        rooms_(rooms),
        members_(members),
        hosts_(hosts),
        admission_(admission),
        media_(media),
        removals_(rooms, members, hosts, admission, seating, media, call_media) {}

  // The verb `moderate`, by a host of the room or an admin. The room may be gone afterwards.
  Answer Moderate(RequestContext& context);
  // The log has read who was in the room.
  static Answer ShowAttendance(const Load& load, const Member& member, Room& room,
                               protocol::AttendanceReply attendance, Outbox& out);

 private:
  struct Rule;
  static const Rule kActions[];

  Answer Act(RequestContext& context, const Rule& rule);
  [[nodiscard]] const Member* FindListener(const RequestContext& context) const;
  [[nodiscard]] protocol::HostAction Describe(const RequestContext& context) const;
  Answer ShowRecent(RequestContext& context) const;
  Answer AskAttendance(RequestContext& context) const;

  // On the room.
  static Answer SetLocked(RequestContext& context, bool locked);
  Answer SetPassword(RequestContext& context);
  static Answer SetTopic(RequestContext& context);
  static Answer SetWaitingRoom(RequestContext& context);
  // On hosts, and on admissions from the waiting room.
  Answer Promote(RequestContext& context, const Seat& target);
  Answer Demote(RequestContext& context, const Seat& target);
  static Answer Admit(RequestContext& context);
  static Answer Refuse(RequestContext& context);

  const bool journal_;
  Rooms& rooms_;
  const Members& members_;
  Hosts& hosts_;
  const Admission& admission_;
  MediaControl& media_;
  Removals removals_;
  RecentActions recent_;
};

}  // namespace parley
