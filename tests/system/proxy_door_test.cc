// Behind a proxy that ends TLS: a real nginx with the very example of docs/operations.md, and what the server
// believes of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// nginx takes no port 0. An address of loopback for each test process is as good: nobody else has it.
constexpr std::uint16_t kPort = 18443;
std::string Address() {
  const auto pid = static_cast<unsigned>(::getpid());
  return "127." + std::to_string(64 + (pid >> 16U)) + '.' + std::to_string(pid >> 8U & 0xFFU) + '.' +
         std::to_string(pid & 0xFFU);
}

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void Replace(std::string& text, std::string_view what, const std::string& by) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw Failure("the example has no " + std::string(what));
  text.replace(at, what.size(), by);
}

// The server and the proxy in front of it.
class ProxyDoor : public testing::Test {
 protected:
  ProxyDoor() {
    fs::create_directories(folder_ / "page");
    std::ofstream(folder_ / "page/index.html") << "the page";
    server_ = std::make_unique<ServerProcess>(
        std::vector<std::string>{"--proxy", "--tls", "off", "--static", folder_ / "page"});
    MakeCertificate();
    StartNginx();
  }
  ~ProxyDoor() override {
    nginx_.reset();
    fs::remove_all(folder_);
  }

  // A browser whose own address is `source`.
  static WebPeer Browser(const std::string& source = "127.0.0.1") {
    return WebPeer(TlsPeer(kPort, {.source = source, .server = Address()}));
  }
  // One that came into the room `lab`.
  static WebPeer Guest(const std::string& name, const std::string& source, std::string_view fields = "") {
    WebPeer peer = Browser(source);
    EXPECT_EQ(peer.Upgrade(kHost, fields).status, 101);
    EXPECT_EQ(peer.Ask("hello", {{"protocol", 1}, {"name", name}})["type"], "welcome");
    return peer;
  }
  static std::string JoinsLab(WebPeer& peer) { return Outcome(peer.Ask("join", {{"room", "lab"}})); }

  static constexpr std::string_view kHost = "chat.example";
  fs::path folder_ = testing::TempDir() + "parley-proxy-" + std::to_string(::getpid());
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<Process> nginx_;

 private:
  void MakeCertificate() {
    Process openssl({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=chat.example", "-days", "2",
                     "-keyout", folder_ / "chat.key", "-out", folder_ / "chat.pem"});
    ASSERT_EQ(openssl.WaitForExit(), 0);
  }

  // What docs/operations.md tells people to write, with other files and ports.
  [[nodiscard]] std::string Example() const {
    const std::string page = ReadAll(PARLEY_OPERATIONS);
    const std::string_view fence = "```nginx\n";
    const std::size_t begin = page.find(fence) + fence.size();
    std::string example = page.substr(begin, page.find("```", begin) - begin);
    Replace(example, "listen 443 ssl", "listen " + Address() + ':' + std::to_string(kPort) + " ssl");
    Replace(example, "/etc/ssl/chat.pem", folder_ / "chat.pem");
    Replace(example, "/etc/ssl/chat.key", folder_ / "chat.key");
    Replace(example, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(server_->port()));
    return example;
  }

  void StartNginx() {
    std::ofstream(folder_ / "nginx.conf")
        << "daemon off; master_process off; pid nginx.pid; error_log stderr notice;\nevents {}\nhttp {\n"
        << "access_log off;\n"
        << "client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u;\n"
        << "scgi_temp_path s;\n"
        << Example() << "}\n";
    nginx_ = std::make_unique<Process>(std::vector<std::string>{"/usr/sbin/nginx", "-e", "stderr", "-p",
                                                                folder_, "-c", folder_ / "nginx.conf"});
    nginx_->err().TakeLineWith("event method");  // it listens by then
  }
};

TEST_F(ProxyDoor, ThePageComesThrough) {
  WebPeer browser = Browser();
  const auto page = browser.Get("/", kHost);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "the page");
  EXPECT_THAT(page.Field("Content-Security-Policy"), HasSubstr("connect-src 'self' wss://chat.example;"));
  EXPECT_EQ(browser.Get("/", kHost, "If-None-Match: " + page.Field("ETag") + "\r\n").status, 304);
  EXPECT_EQ(browser.Get("/index.html", kHost).Field("Location"), "./");
  EXPECT_EQ(browser.Get("/healthz", kHost).body, "ok\n");
}

TEST_F(ProxyDoor, AWebSocketComesThroughToItsClose) {
  WebPeer web =
      Guest("Web", "127.0.0.1", "Origin: https://chat.example\r\nSec-WebSocket-Protocol: parley.v1\r\n");
  LinePeer terminal(server_->port(), "terminal");
  terminal.Join("lab");
  EXPECT_EQ(JoinsLab(web), "joined");
  EXPECT_EQ(web.Ask("message", {{"room", "lab"}, {"text", "through the proxy"}})["seq"], 1);
  EXPECT_EQ(terminal.NextEvent("message")["text"], "through the proxy");
  web.SendFrame(0x82, "binary");
  EXPECT_EQ(web.NextFrame().payload.substr(0, 2), ClosePayload(1003));
  EXPECT_EQ(web.ReceiveToEnd(), "");
}

TEST_F(ProxyDoor, AnotherSitesPageGetsNoWebSocket) {
  for (const std::string_view origin : {"https://evil.example", "http://chat.example", "null"}) {
    EXPECT_EQ(Browser().Upgrade(kHost, "Origin: " + std::string(origin) + "\r\n").status, 403) << origin;
  }
}

TEST_F(ProxyDoor, FiguresAreNotForThoseItSpeaksFor) {
  EXPECT_EQ(Browser().Get("/metrics", kHost).status, 403);
  EXPECT_EQ(Browser().Get("/metrics", kHost, "X-Forwarded-For: 127.0.0.1\r\n").status, 403);
  EXPECT_EQ(WebPeer(server_->port()).Get("/metrics", kHost).status, 200);
}

// A ban can be of the address too: the browser's, which only the proxy has seen, and not the proxy's, which
// all have.
TEST_F(ProxyDoor, ABanIsOfTheBrowsersOwnAddress) {
  LinePeer host(server_->port(), "Ana");
  host.Join("lab");
  WebPeer eve = Guest("Eve", "127.1.1.1");
  EXPECT_EQ(JoinsLab(eve), "joined");
  const std::string id(host.NextEvent("member_joined")["member"]["id"].Text());
  EXPECT_EQ(host.Ask("moderate",
                     {{"room", "lab"}, {"action", "ban"}, {"member", id}, {"value", "address"}})["type"],
            "ok");

  WebPeer again = Guest("Eva", "127.1.1.1");
  EXPECT_EQ(JoinsLab(again), "forbidden");
  WebPeer liar = Guest("Evi", "127.1.1.1", "X-Forwarded-For: 127.2.2.2\r\n");
  EXPECT_EQ(JoinsLab(liar), "forbidden") << "what stands before the proxy's own word is hearsay";
  WebPeer other = Guest("Bob", "127.2.2.2");
  EXPECT_EQ(JoinsLab(other), "joined");
}

}  // namespace
}  // namespace parley::test
