// Who gets the page, and through which door.

#include <gtest/gtest.h>

#include <string>

#include "tests/server/http/folder.h"
#include "tests/server/http/web_client.h"

namespace parley::test {
namespace {

constexpr std::string_view kForwarded = "X-Forwarded-For: 203.0.113.7\r\n";

class HttpDoors : public testing::Test {
 protected:
  HttpDoors() { folder_.Write("index.html", "page"); }

  WebClient Client(HttpSettings settings) {
    WebClient client(std::move(settings));
    client.service().set_files(LoadFiles(folder_.path()));
    return client;
  }

  Folder folder_;
};

TEST_F(HttpDoors, ThePlainDoorLeadsToTheHttpsDoor) {
  WebClient client = Client({.https_port = 8443});
  for (const From from : {From::kPlain, From::kLoopback}) {
    for (const std::string target :
         {"/", "/room/x?y=%20", "/ws", "/assets/a.js", "/absent", "/ca.crt", "//evil.example"}) {
      const Heard heard = client.Get(target, "", from);
      EXPECT_EQ(heard.status, 308) << target;
      EXPECT_EQ(heard.Field("location"), "https://chat.example:8443" + target);
      EXPECT_TRUE(heard.keep_alive);
    }
  }
}

TEST_F(HttpDoors, TheRedirectKeepsTheHostThatWasAskedFor) {
  WebClient client = Client({.https_port = 8443});
  const auto location = [&](std::string_view host) {
    return client.Ask("GET /x HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", From::kPlain)
        .Field("location");
  };
  EXPECT_EQ(location("localhost:8080"), "https://localhost:8443/x");
  EXPECT_EQ(location("192.0.2.1"), "https://192.0.2.1:8443/x");
  EXPECT_EQ(location("[::1]:8080"), "https://[::1]:8443/x");
  EXPECT_EQ(location("[::1]"), "https://[::1]:8443/x");
  EXPECT_EQ(location("a:"), "https://a:8443/x");
  EXPECT_EQ(client.Ask("GET http://b:1/y HTTP/1.1\r\nHost: a\r\n\r\n", From::kPlain).Field("location"),
            "https://b:8443/y");
}

TEST_F(HttpDoors, TheRedirectLeavesOutTheDefaultPort) {
  WebClient client = Client({.https_port = 443});
  EXPECT_EQ(client.Get("/", "", From::kPlain).Field("location"), "https://chat.example/");
}

TEST_F(HttpDoors, WithoutAHostThereIsNoRedirect) {
  WebClient client = Client({.https_port = 8443});
  EXPECT_EQ(client.Ask("GET / HTTP/1.0\r\n\r\n", From::kPlain).status, 400);
  EXPECT_EQ(client.Ask("GET / HTTP/1.0\r\n\r\n", From::kTls).body, "page");
}

TEST_F(HttpDoors, AnOldClientIsRedirectedToo) {
  WebClient client = Client({.https_port = 8443});
  const Heard heard = client.Ask("GET / HTTP/1.0\r\nHost: a\r\n\r\n", From::kPlain);
  EXPECT_EQ(heard.status, 308);
  EXPECT_FALSE(heard.keep_alive);
}

TEST_F(HttpDoors, HealthAndMetricsAnswerOnBoth) {
  WebClient client = Client({.https_port = 8443, .metrics = [] { return "m 1\n"; }});
  for (const From from : {From::kTls, From::kPlain, From::kLoopback}) {
    EXPECT_EQ(client.Get("/healthz", "", from).body, "ok\n");
  }
  EXPECT_EQ(client.Get("/metrics", "", From::kLoopback).body, "m 1\n");
  EXPECT_EQ(client.Get("/metrics", "", From::kPlain).status, 403);
}

TEST_F(HttpDoors, BehindAProxyThePlainDoorServesWhatComesFromLoopback) {
  for (const std::uint16_t https_port : {std::uint16_t{0}, std::uint16_t{8443}}) {
    WebClient client = Client({.proxy = true, .https_port = https_port});
    EXPECT_EQ(client.Get("/", "", From::kLoopback).body, "page");
    EXPECT_EQ(client.Get("/", kForwarded, From::kLoopback).body, "page");
    EXPECT_EQ(client.Get("/", kForwarded, From::kPlain).status, https_port == 0 ? 403 : 308);
  }
}

TEST_F(HttpDoors, WithoutTlsThePageIsForThisMachineAlone) {
  WebClient client = Client({});
  EXPECT_EQ(client.Get("/", "", From::kLoopback).body, "page");
  EXPECT_TRUE(client.Upgrade("", From::kLoopback).upgraded);
  for (const std::string_view target : {"/", "/room/x", "/absent", "/ws", "/trust.css"}) {
    const Heard heard = client.Get(target, "", From::kPlain);
    EXPECT_EQ(heard.status, 403) << target;
    EXPECT_NE(heard.body.find("--proxy"), std::string::npos);
  }
  EXPECT_EQ(client.Upgrade("", From::kPlain).status, 403);
}

TEST_F(HttpDoors, ARequestForwardedByAProxyIsNotFromThisMachine) {
  WebClient client = Client({});
  for (const std::string_view name :
       {"X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
    EXPECT_EQ(client.Get("/", std::string(name) + ": x\r\n", From::kLoopback).status, 403) << name;
  }
}

// --- Origins of WebSockets ---

TEST_F(HttpDoors, AnHttpOriginIsFineOnlyAtThisMachinesPlainDoor) {
  const std::string http = "Origin: http://chat.example:8443\r\n";
  const std::string https = "Origin: https://chat.example:8443\r\n";
  WebClient alone = Client({});
  EXPECT_TRUE(alone.Upgrade(http, From::kLoopback).upgraded);
  EXPECT_TRUE(alone.Upgrade(https, From::kLoopback).upgraded);
  EXPECT_EQ(alone.Upgrade("Origin: http://evil.example\r\n", From::kLoopback).status, 403);
  WebClient proxied = Client({.proxy = true});
  EXPECT_TRUE(proxied.Upgrade(https + std::string(kForwarded), From::kLoopback).upgraded);
  EXPECT_EQ(proxied.Upgrade(http + std::string(kForwarded), From::kLoopback).status, 403);
  EXPECT_TRUE(proxied.Upgrade(http, From::kLoopback).upgraded);
  EXPECT_EQ(alone.Upgrade(http, From::kTls).status, 403);
  EXPECT_EQ(alone.Upgrade(http, From::kTlsLoopback).status, 403);
  EXPECT_TRUE(alone.Upgrade(https, From::kTlsLoopback).upgraded);
}

TEST_F(HttpDoors, TheOperatorIsToldOfWhatAProxyCannotGetThroughThePlainDoor) {
  WebClient with_tls = Client({.https_port = 8443});
  EXPECT_EQ(with_tls.Get("/", "", From::kPlain).refusal.text, "") << "a browser follows";
  for (const auto& heard :
       {with_tls.Upgrade("", From::kPlain), with_tls.Get("/", kForwarded, From::kLoopback)}) {
    EXPECT_EQ(heard.refusal.kind, "redirect");
    EXPECT_NE(heard.refusal.text.find("start with --proxy"), std::string::npos);
  }
  WebClient without = Client({});
  EXPECT_EQ(without.Get("/", "", From::kLoopback).refusal.text, "");
  for (const auto& heard :
       {without.Get("/", "", From::kPlain), without.Get("/", kForwarded, From::kLoopback)}) {
    EXPECT_EQ(heard.refusal.kind, "plain door");
    EXPECT_NE(heard.refusal.text.find("(Host 'chat.example:8443')"), std::string::npos) << heard.refusal.text;
  }
}

// --- Metrics ---

TEST_F(HttpDoors, MetricsAreForThisMachineAndForTokens) {
  WebClient client = Client({.https_port = 8443,
                             .metrics = [] { return "m 1\n"; },
                             .opens_metrics = [](std::string_view token) { return token == "right"; }});
  const Heard heard = client.Get("/metrics", "", From::kLoopback);
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.Field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(heard.Field("cache-control"), "no-store");
  EXPECT_EQ(client.Get("/metrics", kForwarded, From::kLoopback).status, 403);
  EXPECT_EQ(client.Get("/metrics").status, 403);
  EXPECT_EQ(client.Get("/metrics", "Authorization: Bearer right\r\n").body, "m 1\n");
  for (const std::string_view wrong :
       {"Bearer wrong", "Bearer", "Bearer ", "Basic right", "right", "Bearer right x"}) {
    EXPECT_EQ(client.Get("/metrics", "Authorization: " + std::string(wrong) + "\r\n").status, 403) << wrong;
  }
}

TEST_F(HttpDoors, MetricsCanBeForAnybody) {
  WebClient client = Client({.https_port = 8443, .metrics = [] { return "m 1\n"; }, .metrics_for_any = true});
  EXPECT_EQ(client.Get("/metrics", "", From::kPlain).body, "m 1\n");
  EXPECT_EQ(client.Get("/metrics", kForwarded, From::kLoopback).status, 200);
  EXPECT_EQ(Client({.metrics_for_any = true}).Get("/metrics", "", From::kPlain).status, 404);
}

TEST_F(HttpDoors, NoTokenOpensMetricsWhereThereAreNone) {
  WebClient client = Client({.metrics = [] { return "m 1\n"; }});
  EXPECT_EQ(client.Get("/metrics", "Authorization: Bearer x\r\n").status, 403);
  EXPECT_EQ(Client({}).Get("/metrics", "", From::kLoopback).status, 404);
  EXPECT_EQ(Client({}).Get("/metrics", "", From::kPlain).status, 404);
}

}  // namespace
}  // namespace parley::test
