// A person at one connection, and who that person is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/hub/outbox.h"
#include "server/model/identity.h"

namespace parley {

class Room;

// Where a member sits in a room: the index into its seats.
struct Place {
  Room* room;
  std::size_t seat;
};

// A room whose host is to let a member in, by the name that it asked for.
struct PendingJoin {
  Room* room;
  std::string asked;
};

struct Member {
  PeerIndex peer = kNoPeer;
  std::uint64_t serial = 0;
  std::string address;
  bool raw = false;
  bool listens = false;  // a raw peer that sends nothing more: in no room, its name is free

  // From hello on; before it `identity` is null.
  std::string id;
  IdentityRef identity;
  std::vector<Place> places;
  std::vector<PendingJoin> waits_for;
  std::vector<Room*> let_into;  // and did not join yet

  // Messages on their way through the log, whether a read of the log is, and whether a login is: later
  // requests of this member wait, so that replies keep the order of requests.
  std::uint32_t posts_under_way = 0;
  bool load_under_way = false;
  bool login_under_way = false;  // what it said of itself is being checked
  unsigned refused_logins = 0;
  bool told_muted = false;  // raw peers: once a mute

  // As others see it.
  [[nodiscard]] protocol::Author author() const { return {id, identity->name.shown, identity->author}; }
  [[nodiscard]] bool greeted() const { return identity != nullptr; }
  [[nodiscard]] bool admin() const { return greeted() && identity->role == protocol::Role::kAdmin; }
};

}  // namespace parley
