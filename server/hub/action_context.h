// ActionContext is what the handler of a host's action works with: the command, its room, and where the
// answers go. Private to the hub.
//
// When a handler changes the room's settings, the result depends only on the command and the settings. So all
// servers that apply the command agree. Changes of seats concern only the people on this server.

#pragma once

#include <utility>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"
#include "server/model/command.h"

namespace parley {

struct ActionContext {
  const ModerateCommand& command;
  Room& room;
  Seat* target;          // the seat of command.target; null: there is none, or it is not in the room
  const Member* sender;  // gets the reply; null: it is gone, or on another server
  const Now& now;        // `wall` is the command's time; `monotonic` is only for deadlines of this server
  Outbox& out;

  void Reply(protocol::Event event) {
    if (sender != nullptr) {
      out.items.emplace_back(ToPeer{sender->peer, std::move(event), command.origin.ref});
    }
  }
  void ReplyOk() { Reply(protocol::Ok{}); }
};

}  // namespace parley
