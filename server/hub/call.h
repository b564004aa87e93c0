// One request on its way through its verb's handler. Private to the hub.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/clock.h"
#include "common/protocol/request.h"
#include "server/hub/answer.h"
#include "server/hub/member.h"
#include "server/hub/outbox.h"
#include "server/hub/room.h"

namespace parley {

struct Call {
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
  [[nodiscard]] Origin origin() const { return {member.peer, member.serial, ref}; }
};

}  // namespace parley
