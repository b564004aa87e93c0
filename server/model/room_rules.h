// RoomRules is what the configuration says about a room, beside the room's settings. It applies from each
// start on, and nobody changes it while the server runs. Values.

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

  bool listed = false;  // the configuration names the room: it exists even if it is empty
  Join join = Join::kAnyone;
  std::set<std::string> members = {};  // who may join, if that is kNamed: keys of accounts' names
  std::set<std::string> hosts =
      {};  // keys of accounts' names; if there are any, nobody becomes host by being first
  std::size_t max_members = limits::kRoomMembers;

  [[nodiscard]] bool IsHost(const Identity& who) const {
    return who.account() && hosts.contains(who.name.key);
  }
  [[nodiscard]] bool IsMember(const Identity& who) const {
    return who.account() && members.contains(who.name.key);
  }
};

// A room of the configuration. What it leaves out is as it was before the restart.
struct ListedRoom {
  protocol::Name name;
  std::optional<std::string> topic = {};
  std::optional<std::string> password = {};
  std::optional<bool> waiting_room = {};
  RoomRules rules = {};
};

}  // namespace parley
