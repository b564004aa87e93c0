// fan_out MEMBERS TURNS: so many turns in a room, for callgrind to count.

#include <cstdlib>

#include "tests/server/hot_path/busy_room.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  parley::test::BusyRoom room(std::strtoul(argv[1], nullptr, 10));
  for (unsigned long turn = std::strtoul(argv[2], nullptr, 10); turn > 0; --turn) room.Turn(10, 10);
}
