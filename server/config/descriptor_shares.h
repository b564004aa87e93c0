// DescriptorShares says how the descriptors of the process are divided. limits::kReservedDescriptors stay for
// doors, the log and files. A process with fewer than twice that number keeps half for them.

#pragma once

#include <cstddef>
#include <string>

#include "server/config/config.h"

namespace parley {

struct DescriptorShares {
  std::size_t peers = 0;          // as many as fit; --max-peers may be less
  std::size_t media_streams = 0;  // connections of media on TCP, at most limits::kMediaStreams
};

DescriptorShares ShareDescriptors(std::size_t descriptors, const Config& config);

// The warning if --max-peers is more than the descriptors allow. Empty if it is not.
std::string TooManyPeers(const DescriptorShares& shares, const Config& config);

}  // namespace parley
