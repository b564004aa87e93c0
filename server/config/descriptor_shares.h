// DescriptorShares is how the descriptors of the process are divided. What is in neither share, at least
// limits::kReservedDescriptors of more than twice as many, is for doors, the log and files.

#pragma once

#include <cstddef>

#include "server/config/config.h"

namespace parley {

struct DescriptorShares {
  std::size_t peers = 0;          // as many as fit; --max-peers may be less
  std::size_t media_streams = 0;  // connections of media on TCP, at most limits::kMediaStreams
};

DescriptorShares ShareDescriptors(std::size_t descriptors, const Config& config);

}  // namespace parley
