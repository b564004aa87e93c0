// MediaControl handles what members switch on (microphone, camera, screen, a raised hand), the signals of
// their calls, and what hosts switch off.
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
  static Answer LowerHands(Call& call);
  // Without a target: everybody but hosts and admins.
  static Answer Quiet(Call& call, Seat* target);
  static Answer Stop(Call& call, Seat& target);
  static Answer Allow(Call& call);
  // Everybody leaves the call of the room.
  static void EndCall(Call& call);

 private:
  static Answer MayUse(const Room& room, const Seat& seat, const protocol::State& state);
  static void SetMuted(Call& call, const Seat& target, bool muted);

  const Members& members_;
};

}  // namespace parley
