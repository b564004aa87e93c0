#include "server/http/http_service.h"

#include <gtest/gtest.h>

#include <string>

#include "server/http/response.h"
#include "tests/server/http/web_client.h"

namespace parley::test {
namespace {

TEST(HttpServiceTest, SaysThatItIsWell) {
  WebClient client;
  const Heard heard = client.Get("/healthz");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, "ok\n");
  EXPECT_EQ(heard.Field("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(heard.Field("cache-control"), "no-store");
}

TEST(HttpServiceTest, ServesGetAndHeadOnly) {
  WebClient client;
  for (const std::string_view method :
       {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "BREW"}) {
    for (const std::string_view target : {"/", "/healthz", "/absent", "/ws", "/%"}) {
      const Heard heard =
          client.Ask(std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      EXPECT_EQ(heard.status, 405) << method << ' ' << target;
      EXPECT_EQ(heard.Field("allow"), "GET, HEAD");
    }
  }
  EXPECT_EQ(client.Ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);
  EXPECT_EQ(client.Ask("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);
}

TEST(HttpServiceTest, RefusesAnotherMethodBeforeItRedirects) {
  WebClient client({.https_port = 8443});
  EXPECT_EQ(client.Ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n", From::kPlain).status, 405);
}

TEST(HttpServiceTest, KeepsTheConnectionAsTheRequestSays) {
  WebClient client;
  EXPECT_TRUE(client.Get("/healthz").keep_alive);
  EXPECT_FALSE(client.Get("/healthz", "Connection: close\r\n").keep_alive);
  EXPECT_FALSE(client.Ask("GET /healthz HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(client.Ask("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(HttpServiceTest, RefusesAMalformedRequestAndCloses) {
  const auto refused = std::get<HttpBad>(ParseHttpHead("GET / HTTP/1.1\r\n\r\n"));
  const Heard heard = TakeApart(HttpService::Refuse(refused, RequestTime()));
  EXPECT_EQ(heard.status_line, "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(heard.body, std::string(refused.reason) + '\n');
  EXPECT_FALSE(heard.keep_alive);
  EXPECT_EQ(heard.Field("allow"), "");
  EXPECT_EQ(TakeApart(HttpService::Refuse({405, "x"}, RequestTime())).Field("allow"), "GET, HEAD");
  EXPECT_EQ(TakeApart(HttpService::Refuse({408, "x"}, RequestTime())).status_line,
            "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(TakeApart(HttpService::Refuse({599, "x"}, RequestTime())).status_line, "HTTP/1.1 599 ");
}

TEST(HttpServiceTest, LetsThePageConnectToItselfOnly) {
  WebClient client;
  const auto policy = [&](std::string_view host, From from, std::string_view fields = "") {
    const Heard heard = client.Ask(
        "GET /healthz HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + std::string(fields) + "\r\n", from);
    const std::string text = heard.Field("content-security-policy");
    const std::size_t begin = text.find("connect-src");
    return text.substr(begin, text.find(';', begin) - begin);
  };
  EXPECT_EQ(policy("a:8443", From::kTls), "connect-src 'self' wss://a:8443");
  EXPECT_EQ(policy("localhost:8080", From::kLoopback), "connect-src 'self' ws://localhost:8080");
  EXPECT_EQ(policy("a", From::kLoopback, "X-Forwarded-For: x\r\n"), "connect-src 'self' wss://a");
  EXPECT_EQ(policy("[::1]:8443", From::kTls), "connect-src 'self'");
}

// --- The local authority ---

class HttpTrust : public testing::Test {
 protected:
  WebClient client_{{.ca_certificate = "the certificate", .fingerprint = "AB:CD:EF"}};
};

TEST_F(HttpTrust, TheCertificateCanBeHad) {
  const Heard heard = client_.Get("/ca.crt");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, "the certificate");
  EXPECT_EQ(heard.Field("content-type"), "application/x-x509-ca-cert");
  EXPECT_EQ(heard.Field("cache-control"), "no-store");
}

TEST_F(HttpTrust, ThePageTellsHowOnEachSystemInBothLanguages) {
  const Heard heard = client_.Get("/trust");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.Field("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(heard.body.find("AB:CD:EF"), std::string::npos);
  EXPECT_NE(heard.body.find("href=\"ca.crt\""), std::string::npos);
  for (const std::string_view word : {"Windows", "macOS", "Linux", "Android", "iOS", "Firefox"}) {
    const std::size_t chinese = heard.body.find(word);
    ASSERT_NE(chinese, std::string::npos) << word;
    EXPECT_NE(heard.body.find(word, heard.body.find("<h2>English")), std::string::npos) << word;
    EXPECT_LT(chinese, heard.body.find("<h2>English")) << word;
  }
}

TEST_F(HttpTrust, ThePagesKeepToTheirOwnPolicy) {
  for (const std::string_view target : {"/trust", "/absent"}) {
    const std::string page = client_.Get(target).body;
    EXPECT_EQ(page.find("<script"), std::string::npos) << target;
    EXPECT_EQ(page.find("<style"), std::string::npos) << target;
    EXPECT_EQ(page.find("style="), std::string::npos) << target;
    EXPECT_EQ(page.find("http://"), std::string::npos) << target;
    EXPECT_EQ(page.find("https://"), std::string::npos) << target;
    EXPECT_NE(page.find("trust.css\">"), std::string::npos) << target;
    EXPECT_EQ(page.find("=\"/"), std::string::npos) << target;
  }
  const Heard style = client_.Get("/trust.css");
  EXPECT_EQ(style.status, 200);
  EXPECT_EQ(style.Field("content-type"), "text/css; charset=utf-8");
}

TEST(HttpTrustTest, IsOnlyForTheLocalAuthority) {
  WebClient client;
  EXPECT_EQ(client.Get("/ca.crt").status, 404);
  EXPECT_EQ(client.Get("/trust").status, 404);
}

TEST_F(HttpTrust, FollowsTheSettings) {
  client_.service().set_settings({.ca_certificate = "the next", .fingerprint = "12:34"});
  EXPECT_EQ(client_.Get("/ca.crt").body, "the next");
  EXPECT_NE(client_.Get("/trust").body.find("12:34"), std::string::npos);
}

// --- Dates ---

TEST(HttpDateTest, IsWrittenAsTheStandardHasIt) {
  const auto date = [](std::time_t seconds) {
    return HttpDate(std::chrono::system_clock::from_time_t(seconds));
  };
  EXPECT_EQ(date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date(951827696), "Tue, 29 Feb 2000 12:34:56 GMT");
  EXPECT_EQ(date(1798761599), "Thu, 31 Dec 2026 23:59:59 GMT");
  EXPECT_EQ(HttpDate(std::chrono::system_clock::from_time_t(784111777) + std::chrono::milliseconds(999)),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace parley::test
