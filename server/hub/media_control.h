// MediaControl handles what members switch on (microphone, camera, screen, a raised hand), the signals of
// their calls, and what hosts switch off.
//
// The media themselves flow between the members, or through the SFU (CallMedia). One thread.

#pragma once

#include "server/hub/answer.h"
#include "server/hub/call.h"
#include "server/hub/call_media.h"
#include "server/hub/members.h"

namespace parley {

class MediaControl {
 public:
  MediaControl(const Members& members, CallMedia& call_media) : members_(members), call_media_(call_media) {}

  // The verbs.
  Answer State(Call& call) const;
  Answer Signal(Call& call) const;

  // The actions of hosts.
  Answer Mute(Call& call, const Seat& target) const;
  Answer Unmute(Call& call, const Seat& target) const;
  Answer LowerHand(Call& call, Seat& target) const;
  Answer LowerHands(Call& call) const;
  // Without a target: everybody but hosts and admins.
  Answer Quiet(Call& call, Seat* target) const;
  Answer Stop(Call& call, Seat& target) const;
  Answer Allow(Call& call) const;
  // Everybody leaves the call of the room.
  void EndCall(Call& call) const;

 private:
  static Answer MayUse(const Room& room, const Seat& seat, const protocol::State& state);
  void SetMuted(Call& call, const Seat& target, bool muted) const;
  void FlagsChanged(Call& call, Seat& seat, bool was_prominent) const;
  // Does what `change` does to the flags, and tells the room where that changes anything.
  template <typename Change>
  void ChangeFlags(Call& call, Seat& seat, Change change) const;
  template <typename Change>
  void ChangeEverybodysFlags(Call& call, Change change) const;

  const Members& members_;
  CallMedia& call_media_;
};

}  // namespace parley
