// Reads any bytes as the commands of a batch. Commands that can be read must be the same after they are
// written and read again. They are then applied to a room.

#include <string>

#include "server/cluster/command_text.h"
#include "server/hub/hub.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::Command;
using parley::fuzz::Require;

std::string Written(const std::vector<Command>& commands) {
  std::string lines;
  for (const Command& command : commands) parley::cluster::AppendCommand(lines, command);
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto commands = parley::cluster::ReadCommands(parley::fuzz::Text(data, size));
  if (!commands) return 0;
  const std::string lines = Written(*commands);
  const auto again = parley::cluster::ReadCommands(lines);
  Require(again && Written(*again) == lines);

  parley::Hub hub(parley::HubOptions{});
  parley::Outbox out;
  for (Command& command : *commands) {
    std::visit([](auto& what) { what.room_key = "lobby"; }, command);
    hub.Apply(std::move(command), {}, out);
    out.Clear();
  }
  return 0;
}
