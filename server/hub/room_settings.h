// How a room is set up: what outlives a restart where there is a log on disk. A value.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/protocol/names.h"

namespace parley {

struct Ban {
  protocol::Name name;
  std::string identity;
  std::string address;  // empty for an account

  bool operator==(const Ban&) const = default;
};

struct RoomSettings {
  protocol::Name name;
  std::string topic = {};
  std::string password = {};  // empty: none
  bool locked = false;
  bool waiting_room = false;
  std::vector<Ban> bans = {};
  std::set<std::string> host_identities = {};   // who was made a host: passes the lock on coming back
  std::set<std::string> muted_identities = {};  // a mute is not shaken off by leaving

  bool operator==(const RoomSettings&) const = default;
};

}  // namespace parley
