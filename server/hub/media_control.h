// MediaControl is what members switch on (microphone, camera, screen, a raised hand), the signals of their
// calls, and what hosts switch off.
//
// The media themselves flow between the members. One thread.

#pragma once

#include "server/hub/answer.h"
#include "server/hub/call.h"
#include "server/hub/members.h"

namespace parley {

class MediaControl {
 public:
  explicit MediaControl(const Members& members) : members_(members) {}

  // The verbs.
  static Answer State(Call& call);
  Answer Signal(Call& call) const;

  // The actions of hosts.
  static Answer Mute(Call& call, const Seat& target);
  static Answer Unmute(Call& call, const Seat& target);
  static Answer LowerHand(Call& call, Seat& target);

 private:
  static void SetMuted(Call& call, const Seat& target, bool muted);

  const Members& members_;
};

}  // namespace parley
