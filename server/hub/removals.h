// Removals removes people from a room: kick, ban and the end of a meeting. It also lists bans.
//
// One thread.

#pragma once

#include <string_view>
#include <vector>

#include "server/hub/action_context.h"
#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/call_media.h"
#include "server/hub/hosts.h"
#include "server/hub/media_control.h"
#include "server/hub/members.h"
#include "server/hub/request_context.h"
#include "server/hub/rooms.h"
#include "server/hub/seating.h"

namespace parley {

class Removals {
 public:
  Removals(Rooms& rooms, const Members& members, Hosts& hosts, const Admission& admission, Seating& seating,
           MediaControl& media, CallMedia& call_media)
      : rooms_(rooms),
        members_(members),
        hosts_(hosts),
        admission_(admission),
        seating_(seating),
        media_(media),
        call_media_(call_media) {}

  // The actions of hosts. The room may be gone after Kick.
  Answer Kick(ActionContext& context);
  Answer Ban(ActionContext& context);
  // Ends the call; with the value `room` everybody but the caller is removed, too.
  Answer End(ActionContext& context);
  static Answer Unban(ActionContext& context);
  static protocol::Error NobodyToUnban();
  static Answer ListBans(RequestContext& context);
  // Kick or Ban, as the command says, of a listener of the lobby: it is closed. Nothing else can be done to
  // it.
  Answer RemoveListener(ActionContext& context, const Member& listener);

 private:
  Seat Remove(ActionContext& context, Member& member, std::string_view reason);
  void RemoveOthers(ActionContext& context);
  void Expel(ActionContext& context, const std::vector<Member*>& sessions, std::string_view reason);

  Rooms& rooms_;
  const Members& members_;
  Hosts& hosts_;
  const Admission& admission_;
  Seating& seating_;
  MediaControl& media_;
  CallMedia& call_media_;
};

}  // namespace parley
