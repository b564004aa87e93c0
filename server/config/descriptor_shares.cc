#include "server/config/descriptor_shares.h"

#include <algorithm>
#include <string>

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

std::string TooManyPeers(const DescriptorShares& shares, const Config& config) {
  if (config.max_peers.value_or(0) <= shares.peers) return {};
  return "--max-peers " + std::to_string(*config.max_peers) + ": the descriptor limit allows only " +
         std::to_string(shares.peers) + " peers" +
         (shares.media_streams > 0
              ? " and " + std::to_string(shares.media_streams) + " TCP connections for media"
              : std::string()) +
         "; raise the limit (LimitNOFILE= of the unit, or ulimit -Hn), or lower --max-peers";
}

}  // namespace parley
