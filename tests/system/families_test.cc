// IPv4 and IPv6 at one door: `[::]` takes both, `0.0.0.0` the first alone, and an address of IPv4 is the same
// one whichever door it comes through.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/process.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// Whether this machine has ::1.
bool HasIpv6() {
  std::ifstream addresses("/proc/net/if_inet6");
  std::string first;
  return static_cast<bool>(addresses >> first);
}

TEST(Families, TheDoorSaysWhereItListens) {
  for (const auto& [option, said] :
       {std::pair{"[::]:0", HasIpv6() ? "plain \\[::\\]:[0-9]+" : "plain 0\\.0\\.0\\.0:[0-9]+"},
        std::pair{"0.0.0.0:0", "plain 0\\.0\\.0\\.0:[0-9]+"}}) {
    Process server({ChatServerPath(), "--plain", option, "--tls", "off", "--memory"});
    EXPECT_THAT(server.out().TakeLine(), MatchesRegex(said));
    server.Signal(SIGTERM);
    EXPECT_EQ(server.WaitForExit(), 0);
  }
}

TEST(Families, PeersOfBothMeet) {
  ServerProcess server({"--plain", "[::]:0"});
  LinePeer four(server.port(), "Four");
  LinePeer six(server.port(), "Six", {.server = HasIpv6() ? "::1" : "127.0.0.1"});
  four.Join("lab");
  six.Join("lab");
  EXPECT_EQ(Outcome(four.Say("lab", "hello")), "ok");
  EXPECT_EQ(six.NextEvent("message")["text"], "hello");
}

TEST(Families, LoopbackIsLoopbackInBoth) {
  ServerProcess server({"--plain", "[::]:0", "--max-per-address", "1"});
  std::vector<LinePeer> uncounted;
  for (int i = 0; i < 3; ++i) {
    uncounted.emplace_back(server.port(), "Four-" + std::to_string(i));
    EXPECT_EQ(WebPeer(server.port()).Get("/metrics", "localhost").status, 200);
  }
  if (!HasIpv6()) return;
  for (int i = 0; i < 3; ++i) {
    const RawPeer::Options by_six{.server = "::1"};
    uncounted.emplace_back(server.port(), "Six-" + std::to_string(i), by_six);
    EXPECT_EQ(WebPeer(server.port(), by_six).Get("/metrics", "localhost").status, 200);
  }
}

TEST(Families, AProxyOnLoopbackIsBelievedInBoth) {
  ServerProcess server({"--plain", "[::]:0", "--tls", "off", "--proxy"});
  constexpr auto* kForwarded = "X-Forwarded-For: ::ffff:192.0.2.1\r\n";
  EXPECT_EQ(WebPeer(server.port()).Get("/no-such-page", "lab", kForwarded).status, 404);
  if (!HasIpv6()) return;
  EXPECT_EQ(WebPeer(server.port(), {.server = "::1"}).Get("/no-such-page", "lab", kForwarded).status, 404);
}

TEST(Families, CheckLooksAtBoth) {
  const Ending checked = RunCommand({"check", "--plain", "[::]:0", "--tls", "0.0.0.0:0", "--memory"});
  EXPECT_EQ(checked.status, 0) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr(HasIpv6() ? "plain door: [::]:0 is free"
                                               : "plain door: 0.0.0.0:0 is free; this machine has no IPv6"));
  EXPECT_THAT(checked.out, HasSubstr("tls door: 0.0.0.0:0 is free"));
}

}  // namespace
}  // namespace parley::test
