// MediaControl handles what members switch on (microphone, camera, screen, a raised hand), the signals of
// their calls, and what hosts switch off.
//
// The media themselves flow between the members, or through the SFU (CallMedia). One thread.

#pragma once

#include "server/hub/answer.h"
#include "server/hub/call_media.h"
#include "server/hub/members.h"
#include "server/hub/request_context.h"

namespace parley {

class MediaControl {
 public:
  MediaControl(const Members& members, CallMedia& call_media) : members_(members), call_media_(call_media) {}

  // The verbs.
  Answer State(RequestContext& context) const;
  Answer Signal(RequestContext& context) const;

  // The actions of hosts.
  Answer Mute(RequestContext& context, const Seat& target) const;
  Answer Unmute(RequestContext& context, const Seat& target) const;
  Answer LowerHand(RequestContext& context, Seat& target) const;
  Answer LowerHands(RequestContext& context) const;
  // Without a target: everybody but hosts and admins.
  Answer Quiet(RequestContext& context, Seat* target) const;
  Answer Stop(RequestContext& context, Seat& target) const;
  Answer Allow(RequestContext& context) const;
  Answer Record(RequestContext& context) const { return call_media_.Record(context); }
  // Everybody leaves the call of the room.
  void EndCall(RequestContext& context) const;

 private:
  static Answer MayUse(const Room& room, const Seat& seat, const protocol::State& state);
  void SetMuted(RequestContext& context, const Seat& target, bool muted) const;
  void FlagsChanged(RequestContext& context, Seat& seat, bool was_prominent) const;
  // Does what `change` does to the flags, and tells the room where that changes anything.
  template <typename Change>
  void ChangeFlags(RequestContext& context, Seat& seat, Change change) const;
  template <typename Change>
  void ChangeEverybodysFlags(RequestContext& context, Change change) const;

  const Members& members_;
  CallMedia& call_media_;
};

}  // namespace parley
