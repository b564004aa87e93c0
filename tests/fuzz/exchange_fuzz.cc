// A whole server without sockets, and many peers of every dialect: the input is the script of a play
// (tests/server/engine/simulation/play.h), and each end of the line checks what it is promised after every
// step.

#include "tests/fuzz/fuzz_input.h"
#include "tests/server/engine/simulation/play.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4 || size > 4'096) return 0;
  parley::simulation::Play play(parley::fuzz::Text(data, size));
  play.Run();  // an exception ends the run, and says which promise was broken
  return 0;
}
