// RequestContext is what a verb's handler works with: the request, its sender, and where the answers go.
// Private to the hub.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/clock.h"
#include "common/protocol/event.h"
#include "common/protocol/request.h"
#include "server/hub/answer.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"

namespace parley {

struct RequestContext {
  Member& member;
  protocol::Request& request;
  const std::optional<std::string>& ref;
  const Now& now;
  Outbox& out;
  Room* room = nullptr;  // where the verb needs to be in one
  Seat* seat = nullptr;  // the member's own, there

  template <typename T>
  T& Get() {
    return std::get<T>(request);
  }
  void Reply(protocol::Event event) { out.items.emplace_back(ToPeer{member.peer, std::move(event), ref}); }
  void ReplyOk() { Reply(protocol::Ok{}); }
  // Has the log store the message, or change one. Others are told once that is done (Hub::Stored).
  // The result is the entry in `out`. What is the message's own is for the caller to fill in.
  LogEntry& Submit(Boxed<Change> change = {}) {
    ++member.under_way.posts;
    ++room->use.under_way;
    LogEntry& entry = out.entries.emplace_back();
    entry.room_key = room->key();
    entry.author_key = member.identity->key;
    entry.message.room = room->shown();
    entry.message.time = now.wall;
    entry.message.from = member.author();
    entry.change = std::move(change);
    entry.origin = origin();
    return entry;
  }
  // Has the log read something of the room. Hub::Loaded gets the answer.
  void AskLog(Load::Kind kind, LogQuery query) {
    ++room->use.under_way;
    member.under_way.load = true;
    query.reader = member.identity->key;
    out.loads.push_back({.kind = kind, .query = std::move(query), .origin = origin()});
  }
  [[nodiscard]] Origin origin() const { return {member.peer, member.serial, ref}; }
};

}  // namespace parley
