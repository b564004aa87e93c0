#include "server/http/websocket_upgrade.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/server/http/web_client.h"

namespace parley::test {
namespace {

class WebSocketUpgradeTest : public testing::Test {
 protected:
  WebClient client_;
};

TEST_F(WebSocketUpgradeTest, AnswersTheKey) {
  const Heard heard = client_.Upgrade();
  EXPECT_TRUE(heard.upgraded);
  EXPECT_EQ(heard.status_line, "HTTP/1.1 101 Switching Protocols");
  EXPECT_EQ(heard.Field("upgrade"), "websocket");
  EXPECT_EQ(heard.Field("connection"), "Upgrade");
  EXPECT_EQ(heard.Field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(heard.Field("sec-websocket-extensions"), "");
}

TEST_F(WebSocketUpgradeTest, IgnoresAQuery) {
  EXPECT_TRUE(
      client_
          .Get("/ws?x=1",
               "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
          .upgraded);
}

TEST_F(WebSocketUpgradeTest, ChoosesItsSubprotocolWhereItIsOffered) {
  for (const std::string_view offer :
       {"parley.v1", "chat, parley.v1", "chat\r\nSec-WebSocket-Protocol: parley.v1"}) {
    const Heard heard = client_.Upgrade("Sec-WebSocket-Protocol: " + std::string(offer) + "\r\n");
    EXPECT_TRUE(heard.parley_v1) << offer;
    EXPECT_EQ(heard.Field("sec-websocket-protocol"), "parley.v1") << offer;
  }
}

TEST_F(WebSocketUpgradeTest, ChoosesNoneThatItDoesNotKnow) {
  for (const std::string_view offer : {"chat", "parley.v2, PARLEY.V1, parley.v10"}) {
    const Heard heard = client_.Upgrade("Sec-WebSocket-Protocol: " + std::string(offer) + "\r\n");
    EXPECT_TRUE(heard.upgraded) << offer;
    EXPECT_FALSE(heard.parley_v1) << offer;
    EXPECT_EQ(heard.fields.count("sec-websocket-protocol"), 0U) << offer;
  }
}

void ExpectUpgradeRequired(const Heard& heard) {
  EXPECT_EQ(heard.status, 426);
  EXPECT_EQ(heard.Field("upgrade"), "websocket");
  EXPECT_EQ(heard.Field("connection"), "Upgrade, close");
  EXPECT_EQ(heard.Field("sec-websocket-version"), "13");
  EXPECT_FALSE(heard.keep_alive);
}

TEST_F(WebSocketUpgradeTest, IsRequiredAtItsPlace) {
  const std::string rest = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  ExpectUpgradeRequired(client_.Get("/ws"));
  ExpectUpgradeRequired(client_.Get("/ws", "Connection: Upgrade\r\n" + rest));
  ExpectUpgradeRequired(client_.Get("/ws", "Upgrade: websocket\r\n" + rest));
  ExpectUpgradeRequired(client_.Get("/ws", "Upgrade: h2c\r\nConnection: Upgrade\r\n" + rest));
  ExpectUpgradeRequired(client_.Head("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n" + rest));
  ExpectUpgradeRequired(client_.Ask(
      "GET /ws HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + rest + "\r\n"));
}

TEST_F(WebSocketUpgradeTest, NamesTheOriginsThatMayConnect) {
  EXPECT_EQ(client_.Get("/ws").body,
            "This address is for WebSocket connections.\nPages of https://chat.example:8443 may connect.\n");
  EXPECT_EQ(client_.Get("/ws", "", From::kLoopback).body,
            "This address is for WebSocket connections.\n"
            "Pages of https://chat.example:8443 and http://chat.example:8443 may connect.\n");
  EXPECT_EQ(client_.Ask("GET /ws HTTP/1.0\r\n\r\n").body, "This address is for WebSocket connections.\n");
}

TEST_F(WebSocketUpgradeTest, SpeaksVersion13Only) {
  const std::string begin =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  ExpectUpgradeRequired(client_.Get("/ws", begin));
  for (const std::string_view version : {"8", "12", "14", "013", "", "13, 8"}) {
    ExpectUpgradeRequired(
        client_.Get("/ws", begin + "Sec-WebSocket-Version: " + std::string(version) + "\r\n"));
  }
}

TEST_F(WebSocketUpgradeTest, NeedsOneKey) {
  const std::string begin = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const std::string& fields : {std::string(), key + key, std::string("Sec-WebSocket-Key: abc\r\n")}) {
    const Heard heard = client_.Get("/ws", begin + fields);
    EXPECT_EQ(heard.status, 400) << fields;
    EXPECT_FALSE(heard.keep_alive);
  }
}

TEST_F(WebSocketUpgradeTest, TakesItsOwnPage) {
  EXPECT_TRUE(client_.Upgrade("Origin: https://chat.example:8443\r\n").upgraded);
  EXPECT_TRUE(client_.Upgrade("Origin: https://CHAT.example:8443\r\n").upgraded);
}

TEST_F(WebSocketUpgradeTest, RefusesOtherSites) {
  for (const std::string_view origin :
       {"https://evil.example", "https://chat.example", "https://chat.example:8444",
        "http://chat.example:8443", "null", "", "https://chat.example:8443.evil.example",
        "https://evil.example/chat.example:8443", "https://chat.example:8443/", "wss://chat.example:8443",
        "chat.example:8443", "https://x@chat.example:8443"}) {
    const Heard heard = client_.Upgrade("Origin: " + std::string(origin) + "\r\n");
    EXPECT_EQ(heard.status, 403) << origin;
    EXPECT_FALSE(heard.keep_alive);
  }
  EXPECT_EQ(
      client_.Upgrade("Origin: https://chat.example:8443\r\nOrigin: https://chat.example:8443\r\n").status,
      403);
}

TEST_F(WebSocketUpgradeTest, RefusesAnotherSiteBeforeAnythingElse) {
  const Heard heard =
      client_.Get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: https://evil\r\n");
  EXPECT_EQ(heard.status, 403);
}

TEST_F(WebSocketUpgradeTest, TheOperatorIsToldWhatWasRefused) {
  const auto refusal = [&](std::string_view fields) { return client_.Upgrade(fields).refusal; };
  EXPECT_EQ(refusal("").text, "");
  EXPECT_EQ(refusal("Origin: https://evil.example\r\n").kind, "origin");
  EXPECT_EQ(refusal("Origin: https://evil.example\r\n").text,
            "a WebSocket was refused: its Origin 'https://evil.example' is not this server (Host "
            "'chat.example:8443'): a proxy in front must pass Host on as the browser sent it");
  EXPECT_NE(refusal("Origin: http://chat.example:8443\r\n").text.find("open the page by https://"),
            std::string::npos);
  EXPECT_EQ(client_.Get("/ws").refusal.text, "") << "it is only asked what is there";
  const auto stripped = client_.Get("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n").refusal;
  EXPECT_EQ(stripped.kind, "upgrade");
  EXPECT_NE(stripped.text.find("pass on Upgrade and Connection"), std::string::npos);
  const std::string begin = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  EXPECT_EQ(client_.Get("/ws", begin).refusal.kind, "version");
  EXPECT_EQ(client_.Get("/ws", begin + "Sec-WebSocket-Version: 13\r\n").refusal.kind, "key");
}

TEST_F(WebSocketUpgradeTest, ARefusalInTheLogIsEscapedAndCut) {
  const std::string text =
      client_.Upgrade("Origin: http://\xC3\xA9'\\" + std::string(500, 'x') + "\r\n").refusal.text;
  EXPECT_NE(text.find("'http://\\xC3\\xA9\\x27\\x5Cxxx"), std::string::npos) << text;
  EXPECT_LT(text.size(), 400U);
  EXPECT_EQ(Quoted("a\r\n\x1B[2J"), R"('a\x0D\x0A\x1B[2J')");
  EXPECT_EQ(Quoted(""), "''");
}

TEST(Origin, MayLeaveOutTheDefaultPort) {
  EXPECT_TRUE(IsOwnOrigin("https://a", "a", false));
  EXPECT_TRUE(IsOwnOrigin("https://a", "a:443", false));
  EXPECT_TRUE(IsOwnOrigin("https://a:443", "a", false));
  EXPECT_TRUE(IsOwnOrigin("https://a", "a:", false));
  EXPECT_TRUE(IsOwnOrigin("https://[::1]:8443", "[::1]:8443", false));
  EXPECT_TRUE(IsOwnOrigin("http://a", "a:80", true));
  EXPECT_FALSE(IsOwnOrigin("https://a", "a:80", false));
  EXPECT_FALSE(IsOwnOrigin("https://a:1443", "a:1", false));
  EXPECT_FALSE(IsOwnOrigin("http://a", "a:443", true));
  EXPECT_FALSE(IsOwnOrigin("http://a", "a", false));
}

}  // namespace
}  // namespace parley::test
