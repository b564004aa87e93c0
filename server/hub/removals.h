// Removals takes people out of a room: kick and ban, and the list of bans.
//
// One thread.

#pragma once

#include <string_view>
#include <vector>

#include "server/hub/admission.h"
#include "server/hub/answer.h"
#include "server/hub/call.h"
#include "server/hub/hosts.h"
#include "server/hub/rooms.h"
#include "server/hub/seating.h"

namespace parley {

class Removals {
 public:
  Removals(Rooms& rooms, Hosts& hosts, const Admission& admission, Seating& seating)
      : rooms_(rooms), hosts_(hosts), admission_(admission), seating_(seating) {}

  // The actions of hosts. The room may be gone after Kick.
  Answer Kick(Call& call, const Seat& target);
  Answer Ban(Call& call, const Seat& target);
  static Answer Unban(Call& call);
  static Answer ListBans(Call& call);
  // Kick or Ban, as the call says, of a listener of the lobby: it is closed. Nothing else can be done to it.
  Answer RemoveListener(Call& call, const Member& listener);

 private:
  void Expel(Call& call, const std::vector<Member*>& sessions, std::string_view reason);

  Rooms& rooms_;
  Hosts& hosts_;
  const Admission& admission_;
  Seating& seating_;
};

}  // namespace parley
