// What the configuration says of a room, beside its settings: it holds from each start on, and nobody changes
// it while the server runs. Values.

#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "common/base/limits.h"
#include "common/protocol/names.h"
#include "server/model/identity.h"

namespace parley {

struct RoomRules {
  enum class Join { kAnyone, kAccounts, kNamed };

  bool listed = false;  // the configuration names the room: it is there though nobody is
  Join join = Join::kAnyone;
  std::set<std::string> members = {};  // who may join, where that is kNamed: keys of accounts' names
  std::set<std::string> hosts =
      {};  // keys of accounts' names; where there are any, nobody becomes host unasked
  std::size_t most = limits::kRoomMembers;

  [[nodiscard]] bool IsHost(const Identity& who) const {
    return who.account() && hosts.contains(who.name.key);
  }
  [[nodiscard]] bool IsMember(const Identity& who) const {
    return who.account() && members.contains(who.name.key);
  }
};

// A room of the configuration. What it leaves open is as it was before a restart.
struct ListedRoom {
  protocol::Name name;
  std::optional<std::string> topic = {};
  std::optional<std::string> password = {};
  std::optional<bool> waiting_room = {};
  RoomRules rules = {};
};

}  // namespace parley
