// Moderation handles what hosts and admins do in a room: one table of actions (kActions in moderation.cc).
//
// An action takes two steps. The early check (Prepare) turns the request into a command. Act applies the
// command; only Act changes the room. Between the two, servers that share a room can put their commands in
// one order.
//
// If the handler of an action is not here, it is in the class whose state it changes. One thread.

#pragma once

#include <string_view>

#include "server/hub/action_context.h"
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
#include "server/model/command.h"

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
  // See Hub. Checks again whether the author of the command is host.
  Answer Apply(const ModerateCommand& command, const Now& now, Outbox& out);
  // The log has read who was in the room.
  static Answer ShowAttendance(const Load& load, const Member& member, Room& room,
                               protocol::AttendanceReply attendance, Outbox& out);

 private:
  struct Rule;
  static const Rule kActions[];

  static const Rule& RuleOf(protocol::Action action);
  Answer Prepare(RequestContext& context, const Rule& rule, ModerateCommand& command) const;
  Answer Act(const ModerateCommand& command, const Now& now, Outbox& out);
  [[nodiscard]] const Member* FindListener(const Room& room, std::string_view id) const;
  [[nodiscard]] static const Member* FindWaiting(const ActionContext& context);
  [[nodiscard]] static CommandPerson Describe(const Member& member);
  [[nodiscard]] static protocol::HostAction Describe(const ModerateCommand& command);
  Answer ShowRecent(RequestContext& context) const;
  Answer AskAttendance(RequestContext& context) const;

  // On the room.
  static Answer SetLocked(ActionContext& context, bool locked);
  Answer SetPassword(ActionContext& context);
  static Answer SetTopic(ActionContext& context);
  static Answer SetWaitingRoom(ActionContext& context);
  // On hosts, and on admissions from the waiting room.
  Answer Promote(ActionContext& context);
  Answer Demote(ActionContext& context);
  static Answer Admit(ActionContext& context);
  static Answer Refuse(ActionContext& context);

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
