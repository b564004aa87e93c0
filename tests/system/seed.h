// The seed of a test that draws lots.

#pragma once

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace parley::test {

// Says which one it is; PARLEY_SEED repeats a run.
inline unsigned Seed() {
  const char* const given = std::getenv("PARLEY_SEED");
  const unsigned seed = given == nullptr ? std::random_device()() : static_cast<unsigned>(std::stoul(given));
  std::cout << "PARLEY_SEED=" << seed << "\n";
  return seed;
}

}  // namespace parley::test
