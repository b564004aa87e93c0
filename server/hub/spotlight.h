// Spotlight holds the members whom hosts pinned for everybody: every page shows them large.
//
// A person whose connection ends is away. When the person returns, the spotlight does, too. One thread.

#pragma once

#include <string>
#include <vector>

#include "server/hub/action_context.h"
#include "server/hub/answer.h"
#include "server/hub/room.h"

namespace parley {

class Spotlight {
 public:
  // The ids of all who are in it, and in the room.
  static std::vector<std::string> Of(const Room& room);

  // The actions of hosts.
  static Answer Add(ActionContext& context);
  static Answer Remove(ActionContext& context);

  // A member has joined the room, and others know.
  static void Joined(Room& room, const Member& member, Outbox& out);
  // The member has left the room. `lost`: because its connection ended.
  static void Left(Room& room, const Member& member, bool lost, Outbox& out);
};

}  // namespace parley
