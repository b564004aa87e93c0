#include "server/ice/ice.h"

#include <gtest/gtest.h>

#include <chrono>

namespace parley {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

const WallTime kNow = sys_days{year{2026} / 3 / 1};  // 1772323200

TEST(IceServers, GivesTurnCredentialsAsCoturnWantsThem) {
  const IceServers ice({"turn:turn.lan:3478?transport=udp"}, "north");

  const auto servers = ice.For("Ab3", kNow);

  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].url, "turn:turn.lan:3478?transport=udp");
  EXPECT_EQ(servers[0].username, "1772366400:Ab3");  // twelve hours later
  // printf %s 1772366400:Ab3 | openssl dgst -sha1 -hmac north -binary | base64
  EXPECT_EQ(servers[0].credential, "bvJUMMQ0yFE7tjefXCJEqQTp3WA=");
}

TEST(IceServers, GivesStunNoCredentials) {
  const IceServers ice({"stun:stun.lan"}, "north");
  EXPECT_EQ(ice.For("Ab3", kNow)[0].username, "");
  EXPECT_EQ(ice.For("Ab3", kNow)[0].credential, "");
}

TEST(IceServers, KnowsItsUrls) {
  for (const char* url : {"stun:a", "stuns:a:5349", "turn:a?transport=tcp", "turns:[::1]:5349"}) {
    EXPECT_TRUE(IceServers::IsUrl(url)) << url;
  }
  for (const char* url : {"", "stun:", "http://a", "a:3478", "turn:a b", "stun:a\nb", "stun:\xC3\xA9",
                          "stun:a\xFF", "stun:a\x7F"})
    EXPECT_FALSE(IceServers::IsUrl(url)) << url;
}

}  // namespace
}  // namespace parley
