#include "server/admin/status.h"

#include <gtest/gtest.h>

#include "server/ops/metrics.h"

namespace parley {
namespace {

TEST(StatusTest, CountsPeersOfTheMetricsButNotHttpRequests) {
  Gauges gauges;
  gauges.peers[static_cast<std::size_t>(PeerKind::kRaw)] = 1;
  gauges.peers[static_cast<std::size_t>(PeerKind::kLines)] = 2;
  gauges.peers[static_cast<std::size_t>(PeerKind::kWebSocket)] = 30;
  gauges.peers[static_cast<std::size_t>(PeerKind::kHttp)] = 7;
  gauges.max_peers = 1000;
  gauges.rooms = 4;
  EXPECT_EQ(FiguresOf(MetricsText({}, gauges, {})),
            "peers: 33 (websocket 30, lines 2, raw 1)\nrooms in memory: 4\n");
}

}  // namespace
}  // namespace parley
