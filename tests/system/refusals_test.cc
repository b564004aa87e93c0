// What the log says of those who were not let in: enough to find what is set up wrong, and never more than a
// few lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/refusal_log.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

using testing::HasSubstr;

TEST(Refusals, ARefusedWebSocketIsToldWithOriginAndHost) {
  ServerProcess server({"--tls", "off"});
  WebPeer browser(server.port());
  EXPECT_EQ(browser.Upgrade("lab:8080", "Origin: https://chat.example\r\n").status, 403);
  const std::string line = server.process().err().TakeLineWith("a WebSocket was refused");
  EXPECT_THAT(line, HasSubstr(" info: "));
  EXPECT_THAT(line, HasSubstr("Origin 'https://chat.example' is not this server (Host 'lab:8080')"));
}

TEST(Refusals, ARefusedProxyIsLoggedWithTheMissingProxyOption) {
  ServerProcess with_tls;
  EXPECT_EQ(WebPeer(with_tls.port()).Upgrade("lab").status, 308);
  EXPECT_THAT(with_tls.process().err().TakeLineWith("a WebSocket came through the plain door"),
              HasSubstr("start with --proxy"));
  ServerProcess without({"--tls", "off"});
  EXPECT_EQ(WebPeer(without.port()).Get("/", "lab", "X-Forwarded-For: 192.0.2.1\r\n").status, 403);
  EXPECT_THAT(without.process().err().TakeLineWith("a request through the plain door was refused"),
              HasSubstr("--proxy"));
}

TEST(Refusals, ManyAreAFewLines) {
  ServerProcess server({"--tls", "off"});
  for (int i = 0; i < 4 * RefusalLog::kFirst; ++i)
    EXPECT_EQ(
        WebPeer(server.port()).Get("/ws", "lab", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n").status,
        426);
  EXPECT_EQ(server.Stop(), 0);
  const std::string log = server.process().err().TakeAll();
  int lines = 0;
  for (std::size_t at = 0; (at = log.find("is not a WebSocket upgrade", at)) != std::string::npos; ++at)
    ++lines;
  EXPECT_EQ(lines, RefusalLog::kFirst) << log;
}

}  // namespace
}  // namespace parley::test
