// The seeds of a test that plays many.
//
//   PARLEY_SEED=N    the play of that seed alone, or with PARLEY_SEEDS the first
//   PARLEY_SEEDS=N   so many plays

#pragma once

#include <cstdlib>
#include <string>

namespace parley::test {

struct Seeds {
  unsigned long first, end;
};

// `usual`: how many, where nobody says otherwise.
inline Seeds SeedsToPlay(unsigned long usual) {
  const char* const one = std::getenv("PARLEY_SEED");
  const char* const many = std::getenv("PARLEY_SEEDS");
  const unsigned long first = one == nullptr ? 1 : std::stoul(one);
  const unsigned long otherwise = one == nullptr ? usual : 1;
  return {first, first + (many == nullptr ? otherwise : std::stoul(many))};
}

}  // namespace parley::test
