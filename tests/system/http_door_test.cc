// What a browser or a TLS client gets at the plain door: an answer or a close, and never a place in the
// lobby.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/burner.h"
#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

const std::string kClientHello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10);

class HttpDoor : public testing::Test {
 protected:
  HttpDoor() { ana_.Join("lobby"); }
  // The status line of the answer.
  std::string Answer(std::string_view request) {
    RawPeer browser(server_.port());
    browser.Send(request);
    return browser.ReceiveThrough("\r\n");
  }
  // Nothing of what was sent before has been heard in the lobby.
  void ExpectQuietLobby() {
    RawPeer marker(server_.port());
    marker.Send("marker");
    const Json event = ana_.NextEvent();
    EXPECT_EQ(event["type"], "member_joined");
    EXPECT_EQ(ana_.NextEvent()["text"], "marker");
  }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana"};
};

TEST_F(HttpDoor, ARequestIsAnsweredWithAStatusAndClosed) {
  RawPeer browser(server_.port());
  browser.Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string answer = browser.ReceiveToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 501 ") || answer.starts_with("HTTP/1.1 308 ")) << answer;
  const std::size_t body = answer.find("\r\n\r\n") + 4;
  const std::size_t length = answer.find("Content-Length: ") + 16;
  ASSERT_LT(length, body);
  EXPECT_EQ(std::stoul(answer.substr(length)), answer.size() - body);
  ExpectQuietLobby();
}

TEST_F(HttpDoor, EveryMethodAndVersionIsRecognised) {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"}) {
    for (const char* version : {"1.0", "1.1"}) {
      const std::string line = std::string(method) + " /room/x?y=1 HTTP/" + version;
      const std::string status = Answer(line + "\r\nHost: localhost\r\n\r\n");
      EXPECT_TRUE(status.starts_with("HTTP/1.")) << line << ": " << status;
    }
  }
  ExpectQuietLobby();
}

TEST_F(HttpDoor, ALineFeedAloneEndsARequestLineToo) {
  EXPECT_TRUE(Answer("GET / HTTP/1.1\nHost: localhost\n\n").starts_with("HTTP/1."));
  ExpectQuietLobby();
}

TEST_F(HttpDoor, ABodyReachesNobody) {
  RawPeer browser(server_.port());
  browser.Send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\nhello lobby\n");
  EXPECT_TRUE(browser.ReceiveThrough("\r\n").starts_with("HTTP/1."));
  browser.Close();
  ExpectQuietLobby();
}

TEST_F(HttpDoor, AClientHelloIsClosedWithoutAReplyAndReachesNobody) {
  RawPeer client(server_.port());
  client.Send(kClientHello);
  EXPECT_EQ(client.ReceiveToEnd(), "");
  ExpectQuietLobby();
}

// The clients keep their side open and go on sending, which an endless loop would show as processor time.
TEST_F(HttpDoor, ClientHellosCostNothing) {
  std::vector<RawPeer> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(server_.port()).Send(kClientHello + std::string(300, '\0'));
  }
  for (RawPeer& client : clients) EXPECT_EQ(client.ReceiveToEnd(), "");
  const auto begin = server_.ProcessorTime();
  Burner burner;
  RawPeer silent(server_.port());
  ana_.NextEvent("member_joined");  // a second later
  const auto used = server_.ProcessorTime() - begin;
  EXPECT_LT(used, burner.Stop() / 2);
}

}  // namespace
}  // namespace parley::test
