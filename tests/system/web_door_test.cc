// The page, its files and WebSockets from the real server, over plain TCP from this machine and over TLS:
// what only shows where sockets, TLS and the dialects work together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/burner.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kHost = "localhost";
constexpr std::string_view kOutside = "what stands outside of the folder";

// A folder of a page, with a link that leads out of it.
class PageFolder {
 public:
  // `large`: the bytes of assets/large-1.bin.
  explicit PageFolder(std::size_t large) {
    fs::create_directories(page() / "assets");
    std::ofstream(base_ / "secret.txt") << kOutside;
    std::ofstream(page() / "index.html") << "<!doctype html><title>the page</title>";
    std::ofstream(page() / "assets/app-1.js") << std::string(20'000, 'x');
    std::ofstream(page() / "assets/large-1.bin") << std::string(large, 'x');
    fs::create_symlink(base_ / "secret.txt", page() / "secret.txt");
    fs::create_directory_symlink(base_, page() / "up");
  }
  ~PageFolder() { fs::remove_all(base_); }
  PageFolder(const PageFolder&) = delete;
  PageFolder& operator=(const PageFolder&) = delete;

  [[nodiscard]] fs::path page() const { return base_ / "page"; }

 private:
  fs::path base_ = testing::TempDir() + "parley-page-" + std::to_string(::getpid());
};

enum class Through { kPlain, kTls };

class WebDoor : public testing::TestWithParam<Through> {
 protected:
  static std::vector<std::string> Options(const PageFolder& folder) {
    std::vector<std::string> options = {"--static", folder.page()};
    if (GetParam() == Through::kPlain) options.insert(options.end(), {"--tls", "off"});
    return options;
  }

  WebPeer Browser() {
    if (GetParam() == Through::kPlain) return WebPeer(server_.port());
    return WebPeer(TlsPeer(server_.tls_port()));
  }
  WebPeer WebSocket() {
    WebPeer peer = Browser();
    EXPECT_EQ(peer.Upgrade(kHost).status, 101);
    return peer;
  }

  static constexpr std::size_t kLarge = 1'000'000;
  PageFolder folder_{kLarge};
  ServerProcess server_{Options(folder_)};
};

INSTANTIATE_TEST_SUITE_P(Doors, WebDoor, testing::Values(Through::kPlain, Through::kTls),
                         [](const auto& door) { return door.param == Through::kPlain ? "Plain" : "Tls"; });

// --- The page and its files ---

TEST_P(WebDoor, ServesThePageAndItsFiles) {
  WebPeer browser = Browser();
  for (const std::string_view target : {"/", "/room/lab%201"}) {
    const auto page = browser.Get(target, kHost);
    EXPECT_EQ(page.status, 200) << target;
    EXPECT_THAT(page.body, HasSubstr("the page")) << target;
    EXPECT_EQ(browser.Get(target, kHost, "If-None-Match: " + page.Field("ETag") + "\r\n").status, 304);
  }
  for (const std::string_view coding : {"gzip", "br"}) {
    const auto file =
        browser.Get("/assets/app-1.js", kHost, "Accept-Encoding: " + std::string(coding) + "\r\n");
    EXPECT_EQ(file.Field("Content-Encoding"), coding);
    EXPECT_EQ(file.Field("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_LT(file.body.size(), 1000U);
  }
  EXPECT_EQ(browser.Get("/assets/large-1.bin", kHost).body.size(), kLarge);
}

TEST_P(WebDoor, NothingOutsideOfTheFolderCanBeHad) {
  for (const std::string target : {"/secret.txt",
                                   "/up/secret.txt",
                                   "/../secret.txt",
                                   "/assets/../../secret.txt",
                                   "/%2e%2e/secret.txt",
                                   "/..%2fsecret.txt",
                                   "/assets/..%2f..%2fsecret.txt",
                                   "/..\\secret.txt",
                                   "/%2e%2e%5csecret.txt",
                                   "//secret.txt",
                                   "/%252e%252e/secret.txt",
                                   "/%c0%ae%c0%ae/secret.txt",
                                   "/./../secret.txt",
                                   "/.../../secret.txt",
                                   "/..;/secret.txt",
                                   "/%00/../secret.txt",
                                   "/index.html%00/../../secret.txt",
                                   "/room/../../secret.txt",
                                   "/etc/passwd",
                                   "//etc/passwd",
                                   "/file:///etc/passwd"}) {
    WebPeer browser = Browser();
    const auto answer = browser.Get(target, kHost);
    EXPECT_TRUE(answer.status == 400 || answer.status == 404) << target << ": " << answer.status;
    EXPECT_THAT(answer.body, Not(HasSubstr(kOutside))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << target;
  }
}

// --- One request after the other ---

TEST_P(WebDoor, RequestsThatComeTogetherOrInBytesAreAnsweredInTheirOrder) {
  const std::string requests =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "\r\nGET /absent HTTP/1.1\nHost: localhost\n\n"
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  for (const std::size_t piece : {requests.size(), std::size_t{1}, std::size_t{50}}) {
    WebPeer browser = Browser();
    for (std::size_t at = 0; at < requests.size(); at += piece) browser.Send(requests.substr(at, piece));
    EXPECT_EQ(browser.NextAnswer().body, "ok\n");
    EXPECT_EQ(browser.NextAnswer(true).status, 200);
    EXPECT_EQ(browser.NextAnswer().status, 404);
    const auto last = browser.NextAnswer();
    EXPECT_EQ(last.body, "ok\n");
    EXPECT_EQ(last.Field("Connection"), "close");
    EXPECT_EQ(browser.ReceiveToEnd(), "");
  }
}

// Whatever one reader might take for the body of a request, and another for the next request: it is refused,
// and the connection ends with the refusal.
TEST_P(WebDoor, ARequestInsideOfARequestIsNeverAnswered) {
  const std::string inside = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(inside.size()) + "\r\n";
  const std::vector<std::string> shapes = {
      length,
      "Transfer-Encoding: chunked\r\n\r\n0\r\n",
      length + "Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\n" + length,
      length + length,
      "Content-Length: 0\r\n" + length,
      "Content-Length : 0\r\n" + length,
      "X: a\r\n " + length,
      "X: a\r" + length,
      "X: a\n" + length,
      std::string("X: a\0b\r\n", 8) + length,
      "Transfer-Encoding\t: chunked\r\n",
      "Transfer-Encoding: \x0B"
      "chunked\r\n",
      "Host: other\r\n",
  };
  for (const std::string& fields : shapes) {
    WebPeer browser = Browser();
    browser.Send("GET / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n" + inside);
    const std::string answers = browser.ReceiveToEnd();
    EXPECT_THAT(answers, StartsWith("HTTP/1.1 400 ")) << fields;
    EXPECT_EQ(answers.find("HTTP/1.1 ", 1), std::string::npos) << fields;
  }
}

// --- WebSocket ---

constexpr int kFin = 0x80;
constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kClose = 8;
constexpr int kPing = 9;
constexpr int kPong = 10;

TEST_P(WebDoor, AWebSocketIsASessionLikeAnyOther) {
  WebPeer web = Browser();
  const auto answer = web.Upgrade(kHost,
                                  "Sec-WebSocket-Protocol: chat, parley.v1\r\n"
                                  "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_EQ(answer.Field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(answer.Field("Sec-WebSocket-Protocol"), "parley.v1");
  EXPECT_EQ(answer.Field("Sec-WebSocket-Extensions"), "");
  EXPECT_EQ(web.Ask("hello", {{"protocol", 1}, {"name", "Web"}})["name"], "Web");
  EXPECT_EQ(web.Ask("join", {{"room", "lab"}})["room"], "lab");
  EXPECT_EQ(web.Ask("message", {{"room", "lab"}, {"text", std::string(16'384, 'x')}})["seq"], 1);
}

TEST_P(WebDoor, AMessageMayComeInFragmentsWithPingsBetween) {
  WebPeer web = WebSocket();
  const std::string hello = R"({"type":"hello","protocol":1,"name":"\u00e9)"
                            "\xC3\xA9\"}";
  for (std::size_t i = 0; i < hello.size(); ++i) {
    web.SendFrame(i == 0 ? kText : 0, hello.substr(i, 1));
    if (i % 10 == 0) {
      web.SendFrame(kFin | kPing, std::to_string(i));
      EXPECT_EQ(web.NextFrame(), (WebPeer::Frame{kFin | kPong, std::to_string(i)}));
    }
  }
  web.SendFrame(kFin, "");
  EXPECT_EQ(Json::Parse(web.NextFrame().payload)["name"], "\xC3\xA9\xC3\xA9");
}

TEST_P(WebDoor, AClosingClientIsAnsweredAndThenClosed) {
  WebPeer web = WebSocket();
  web.SendFrame(kFin | kClose, ClosePayload(1000) + "bye");
  EXPECT_EQ(web.NextFrame(), (WebPeer::Frame{kFin | kClose, ClosePayload(1000) + "bye"}));
  EXPECT_EQ(web.ReceiveToEnd(), "");
}

TEST_P(WebDoor, AProtocolViolationIsClosedWithItsCode) {
  struct Case {
    int first;
    std::string payload;
    unsigned code;
  };
  for (const Case& c : {Case{kFin | kBinary, "x", 1003}, Case{kFin | kText, "\xFF", 1007},
                        Case{kFin | kText | 0x40, "{}", 1002}, Case{kFin | 0x3, "", 1002},
                        Case{kFin, "x", 1002}, Case{kPing, "", 1002}, Case{kFin | kClose, "x", 1002},
                        Case{kFin | kClose, ClosePayload(1005), 1002}}) {
    WebPeer web = WebSocket();
    web.SendFrame(c.first, c.payload);
    const auto frame = web.NextFrame();
    EXPECT_EQ(frame.first, kFin | kClose);
    EXPECT_EQ(frame.payload.substr(0, 2), ClosePayload(c.code)) << c.code;
    web.SendFrame(kFin | kClose, ClosePayload(c.code));  // as a client answers
    EXPECT_EQ(web.ReceiveToEnd(), "");
  }
}

TEST_P(WebDoor, AServerThatStopsSaysSoInBothWays) {
  WebPeer web = WebSocket();
  web.Ask("hello", {{"protocol", 1}, {"name", "Web"}});
  server_.process().Signal(SIGTERM);
  EXPECT_EQ(Json::Parse(web.NextFrame().payload)["type"], "closing");
  EXPECT_EQ(web.NextFrame().payload.substr(0, 2), ClosePayload(1001));
  web.SendFrame(kFin | kClose, ClosePayload(1001));
  EXPECT_EQ(web.ReceiveToEnd(), "");
  EXPECT_EQ(server_.process().WaitForExit(), 0);
}

TEST_P(WebDoor, AnotherSitesPageGetsNoWebSocket) {
  const std::string own = GetParam() == Through::kPlain ? "http://localhost" : "https://localhost";
  EXPECT_EQ(Browser().Upgrade(kHost, "Origin: " + own + "\r\n").status, 101);
  for (const std::string origin :
       {"https://evil.example", "null", "https://localhost:1", "https://localhost.evil"}) {
    WebPeer browser = Browser();
    EXPECT_EQ(browser.Upgrade(kHost, "Origin: " + origin + "\r\n").status, 403) << origin;
    EXPECT_EQ(browser.ReceiveToEnd(), "");
  }
}

// --- Ends ---

class TlsEnds : public testing::Test {
 protected:
  PageFolder folder_{std::size_t{16} * 1024 * 1024};  // more than any socket takes at once
  ServerProcess server_{{"--static", folder_.page()}};
};

TEST_F(TlsEnds, AnEndThatComesWithTheLastRequestIsHeard) {
  TlsPeer peer(server_.tls_port());
  peer.SendLast("{\"type\":\"hello\",\"protocol\":1,\"name\":\"Ana\"}\n");
  EXPECT_THAT(peer.ReceiveToEnd(), HasSubstr("welcome"));
}

// It does not read what it asked for, says that it has sent its last, and sends on.
TEST_F(TlsEnds, JunkBehindTheEndCostsNothing) {
  LinePeer ana(server_.port(), "Ana");
  ana.Join("lobby");
  TlsPeer peer(server_.tls_port(), {.receive_buffer = 4096});
  peer.Send("GET /assets/large-1.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.ReceiveThrough("\r\n"), StartsWith("HTTP/1.1 200 "));
  peer.SendLast("", "junk");
  const auto begin = server_.ProcessorTime();
  Burner burner;
  RawPeer silent(server_.port());
  ana.NextEvent("member_joined");  // a second later
  const auto used = server_.ProcessorTime() - begin;
  EXPECT_LT(used, burner.Stop() / 2);
}

}  // namespace
}  // namespace parley::test
