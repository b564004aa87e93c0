// A whole server without sockets: several peers do what the input says, in the order it says, and each end of
// the line checks what it is promised (exchange/witness.h).
//
// Input: one byte for the options, then one byte an operation (and its peer), with arguments after it
// (exchange/play.cc).

#include "tests/fuzz/exchange/play.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4'096) return 0;
  parley::fuzz::Play play(parley::fuzz::Text(data, size));
  play.Run();
  return 0;
}
