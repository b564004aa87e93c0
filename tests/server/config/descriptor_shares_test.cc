#include "server/config/descriptor_shares.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "common/base/limits.h"
#include "common/base/media_limits.h"

namespace parley {
namespace {

Config WithTlsDoor() {
  Config config;
  config.tls = Endpoint{"::", 8443};
  return config;
}

TEST(DescriptorShares, PeersAndMediaTogetherLeaveTheReserve) {
  for (const std::size_t descriptors : {200U, 256U, 1024U, 4096U, 20'000U, 1'048'576U}) {
    const DescriptorShares shares = ShareDescriptors(descriptors, WithTlsDoor());
    EXPECT_EQ(shares.peers + shares.media_streams, descriptors - limits::kReservedDescriptors);
    EXPECT_GE(shares.peers, 7 * shares.media_streams);
    EXPECT_GT(shares.media_streams, 0U);
    EXPECT_LE(shares.media_streams, limits::kMediaStreams);
  }
  EXPECT_EQ(ShareDescriptors(1'048'576, WithTlsDoor()).media_streams, limits::kMediaStreams);
}

TEST(DescriptorShares, OfVeryFewHalfAreReserved) {
  const DescriptorShares shares = ShareDescriptors(64, WithTlsDoor());
  EXPECT_EQ(shares.peers + shares.media_streams, 32U);
}

TEST(DescriptorShares, WithoutMediaOnTcpPeersHaveAll) {
  Config config = WithTlsDoor();
  config.media = MediaMode::kMesh;
  EXPECT_EQ(ShareDescriptors(1024, config).peers, 1024 - limits::kReservedDescriptors);
  config.media = MediaMode::kAuto;
  config.tls.reset();
  EXPECT_EQ(ShareDescriptors(1024, config).media_streams, 0U);
}

TEST(DescriptorShares, MorePeersThanFitAreToldOf) {
  Config config = WithTlsDoor();
  const DescriptorShares shares = ShareDescriptors(1024, config);
  EXPECT_EQ(TooManyPeers(shares, config), "");
  config.max_peers = shares.peers;
  EXPECT_EQ(TooManyPeers(shares, config), "");
  config.max_peers = shares.peers + 1;
  EXPECT_EQ(
      TooManyPeers(shares, config),
      "--max-peers " + std::to_string(shares.peers + 1) + ": the descriptor limit allows only " +
          std::to_string(shares.peers) + " peers and " + std::to_string(shares.media_streams) +
          " TCP connections for media; raise the limit (LimitNOFILE= of the unit, or ulimit -Hn), or lower "
          "--max-peers");
}

}  // namespace
}  // namespace parley
