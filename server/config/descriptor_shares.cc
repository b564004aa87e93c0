#include "server/config/descriptor_shares.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/base/media_limits.h"

namespace parley {

DescriptorShares ShareDescriptors(std::size_t descriptors, const Config& config) {
  using limits::kReservedDescriptors;
  const bool takes_streams = config.media != MediaMode::kMesh && config.tls;
  const std::size_t all =
      descriptors > 2 * kReservedDescriptors ? descriptors - kReservedDescriptors : descriptors / 2;
  DescriptorShares shares;
  if (takes_streams) shares.media_streams = std::min(limits::kMediaStreams, all / limits::kMediaStreamPart);
  shares.peers = all - shares.media_streams;
  return shares;
}

}  // namespace parley
