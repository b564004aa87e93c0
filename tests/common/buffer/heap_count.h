// Counts what the whole test program takes from the heap with `new`: how a test sees that something allocates
// once, not at all, or gives back what it took.

#pragma once

#include <cstddef>

namespace parley {

struct HeapCount {
  std::size_t allocations;  // ever made
  std::size_t live_bytes;   // held now
};

HeapCount CountHeap();

}  // namespace parley
