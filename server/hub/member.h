// Member is a person at one connection, and who that person is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "server/hub/outbox.h"
#include "server/model/identity.h"

namespace parley {

class Room;

// Where a member sits in a room: the index into its seats.
struct Place {
  Room* room;
  std::size_t seat;
  std::optional<MonotonicTime> typing_told = {};  // when the room was told last that the member is typing
};

// A room whose host is to let a member in, by the name that it asked for.
struct PendingJoin {
  Room* room;
  std::string asked;
};

// What a member asked for and waits for: its later requests wait, too, so that replies keep the order of
// requests.
struct UnderWay {
  std::uint32_t posts = 0;  // messages on their way through the log
  bool load = false;        // a read of the log
  bool login = false;       // what it said of itself is being checked
  bool file = false;        // a file that it announced is being made

  [[nodiscard]] bool any() const { return login || load || file || posts > 0; }
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

  UnderWay under_way;
  unsigned refused_logins = 0;

  // As others see it.
  [[nodiscard]] protocol::Author author() const { return {id, identity->name.shown, identity->author}; }
  [[nodiscard]] bool greeted() const { return identity != nullptr; }
  [[nodiscard]] bool admin() const { return greeted() && identity->role == protocol::Role::kAdmin; }
};

}  // namespace parley
