// Raises the number of descriptors that this process may open.

#pragma once

#include <cstddef>

namespace parley {

// Raises the soft limit to the hard one, at most to a million (some containers say "a billion", and
// select()'s sets are as long as the highest descriptor). Returns the limit that is in force.
std::size_t RaiseDescriptorLimit();

}  // namespace parley
