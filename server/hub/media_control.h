// MediaControl handles what members switch on (microphone, camera, screen, a raised hand), the signals of
// their calls, and what hosts switch off.
//
// The media themselves flow between the members, or through the SFU (CallMedia). One thread.

#pragma once

#include "server/hub/action_context.h"
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
  Answer Mute(ActionContext& context) const;
  Answer Unmute(ActionContext& context) const;
  Answer LowerHand(ActionContext& context) const;
  Answer LowerHands(ActionContext& context) const;
  // Without a target: everybody but hosts and admins.
  Answer Quiet(ActionContext& context) const;
  Answer Stop(ActionContext& context) const;
  Answer Allow(ActionContext& context) const;
  Answer PrepareRecord(ModerateCommand& command) const { return call_media_.PrepareRecord(command); }
  Answer Record(ActionContext& context) const { return call_media_.Record(context); }
  // Everybody leaves the call of the room.
  void EndCall(ActionContext& context) const;

 private:
  static Answer MayUse(const Room& room, const Seat& seat, const protocol::State& state);
  void SetMuted(ActionContext& context, bool muted) const;
  void FlagsChanged(Room& room, Seat& seat, bool was_prominent, Outbox& out) const;
  // Does what `change` does to the flags, and tells the room where that changes anything.
  template <typename Change>
  void ChangeFlags(Room& room, Seat& seat, Change change, Outbox& out) const;
  template <typename Change>
  void ChangeEverybodysFlags(ActionContext& context, Change change) const;

  const Members& members_;
  CallMedia& call_media_;
};

}  // namespace parley
