// flushes MEMBERS MESSAGES: a room on real sockets, and so many messages, one after the other. Each makes the
// loop flush once to each member, for callgrind to count.

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/server/hot_path/running_loop.h"
#include "tests/support/line_peer.h"

int main(int argc, char** argv) {
  using namespace parley::test;
  if (argc != 3) return 2;
  const RunningLoop server;
  std::vector<std::unique_ptr<LinePeer>> members;
  for (unsigned long i = 0; i < std::strtoul(argv[1], nullptr, 10); ++i) {
    members.push_back(std::make_unique<LinePeer>(server.port(), "member " + std::to_string(i)));
    members.back()->Join("hall");
  }
  for (auto& member : members) member->Settle();
  for (auto& member : members) member->TakeEvents();
  for (unsigned long left = std::strtoul(argv[2], nullptr, 10); left > 0; --left) {
    members.front()->SendLine(R"({"type":"message","room":"hall","text":"one of many"})");
    for (auto& member : members) member->ReceiveLine();
  }
}
