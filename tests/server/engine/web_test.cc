// HTTP and WebSocket peers of an exchange: from the request to the room, and their time-outs. What the HTTP
// service answers is the matter of its own tests.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/server/engine/test_server.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: lab\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
constexpr const char* kHealth = "GET /healthz HTTP/1.1\r\nHost: lab\r\n\r\n";

// A frame as clients send them: masked, here with a key of zeros.
std::string Frame(int opcode, std::string_view payload) {
  std::string frame{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift & 0xff);
  }
  return frame + std::string(4, '\0') + std::string(payload);
}

std::string Text(const protocol::Request& request, const std::optional<std::string>& ref = {}) {
  return Frame(1, protocol::EncodeRequest(request, ref));
}

class WebTest : public testing::Test {
 protected:
  TestPeer Browser() { return server_.Connects({.address = "127.0.0.1", .loopback = true, .tls = true}); }

  TestPeer WebSocket() {
    TestPeer peer = Browser();
    peer.Send(kUpgrade);
    EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 101 "));
    return peer;
  }
  TestPeer WebSocketIn(const std::string& room, const std::string& name) {
    TestPeer peer = WebSocket();
    protocol::Hello hello;
    hello.name = name;
    peer.Send(Text(hello) + Text(protocol::Join{room, {}, {}}));
    server_.Quiet();
    return peer;
  }
  // The frames that came, by their opcode; texts as events in words, close frames by their code.
  std::vector<std::string> Frames(TestPeer& peer) {
    std::vector<std::string> frames;
    std::string bytes = peer.Reads();
    while (!bytes.empty()) {
      const int opcode = bytes[0] & 0x0f;
      std::size_t size = static_cast<unsigned char>(bytes[1]);
      std::size_t head = 2;
      if (size == 126) {
        size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[2])) << 8 |
               static_cast<unsigned char>(bytes[3]);
        head = 4;
      }
      const std::string payload = bytes.substr(head, size);
      bytes.erase(0, head + size);
      if (opcode == 1) {
        const auto event = protocol::DecodeEvent(payload);
        frames.push_back(event ? Describe(event->event, event->ref, {}) : "no event: " + payload);
      } else if (opcode == 8) {
        const int code = static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
        frames.push_back("close " + std::to_string(code));
      } else {
        frames.push_back(opcode == 9 ? "ping" : "pong " + payload);
      }
    }
    return frames;
  }

  TestServer server_;
};

// --- HTTP ---

TEST_F(WebTest, RequestsAreAnsweredOneAfterTheOther) {
  TestPeer peer = Browser();
  peer.Send(std::string(kHealth) + kHealth);
  const std::string answers = peer.Reads();
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 "));
  EXPECT_NE(answers.find("HTTP/1.1 200 ", 1), std::string::npos);
  EXPECT_FALSE(peer.closed());
}

std::size_t Answers(const std::string& bytes) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find("HTTP/1.1 "); at != std::string::npos;
       at = bytes.find("HTTP/1.1 ", at + 1)) {
    ++count;
  }
  return count;
}

// What stands behind the last request of a connection is nobody's: not a request, not a body, not raw.
TEST_F(WebTest, NothingIsAnsweredAfterTheLastRequest) {
  const std::string last[] = {
      "GET /healthz HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n",
      "GET /healthz HTTP/1.0\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: lab\r\nContent-Length: 60\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: lab\r\n Content-Length: 60\r\n\r\n",
      "GET /ws HTTP/1.1\r\nHost: lab\r\n\r\n",
  };
  for (const std::string& request : last) {
    TestPeer peer = Browser();
    peer.KeepsOpen();
    peer.Send(std::string(kHealth) + request + kHealth);
    peer.Send(kHealth);
    EXPECT_EQ(Answers(peer.Reads()), 2U) << request;
  }
}

TEST_F(WebTest, ManyRequestsAtOnceWaitForTheirReader) {
  TestPeer peer = Browser();
  peer.StopReading();
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += kHealth;
  peer.Send(many);
  EXPECT_LE(peer.queued(), limits::kQueueBytes / 2 + 4096) << "it is not read further";
  peer.StartReading();
  EXPECT_EQ(Answers(peer.Reads()), 20'000U);
}

TEST_F(WebTest, ADribbledHeadHasTenSecondsInAll) {
  TestPeer peer = Browser();
  const std::string head = "GET / HTTP/1.1\r\nHost: lab\r\nX: 0123456789012345678901234567890123456789";
  peer.Send(head.substr(0, 18));
  for (std::size_t i = 18; i < 37; ++i) {
    server_.Pass(milliseconds(500));
    peer.Send(head.substr(i, 1));
  }
  EXPECT_FALSE(peer.closed());
  server_.Pass(milliseconds(500));
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(peer.closed());
}

class LargeAnswerTest : public WebTest {
 protected:
  LargeAnswerTest() {
    server_.exchange().http().set_settings({.metrics = [] { return std::string(kLarge, 'm'); }});
    peer_.StopReading();
    peer_.Send("GET /metrics HTTP/1.1\r\nHost: lab\r\n\r\n");
  }
  static constexpr std::size_t kLarge = 1'000'000;
  TestPeer peer_ = server_.Connects({.address = "127.0.0.1", .loopback = true});
};

TEST_F(LargeAnswerTest, ComesWholeOverASlowLine) {
  for (int i = 0; i < 10; ++i) {
    server_.Pass(seconds(29));
    peer_.ReadOnly(kLarge / 20);
  }
  EXPECT_FALSE(peer_.closed());
  peer_.StartReading();
  EXPECT_GT(peer_.Reads().size(), kLarge);
  EXPECT_FALSE(peer_.closed());
  server_.Pass(seconds(60));
  EXPECT_TRUE(peer_.closed()) << "it has asked for nothing more";
}

TEST_F(LargeAnswerTest, IsGivenUpWhereNothingOfItIsTaken) {
  server_.Pass(seconds(30));  // looks how much is left
  server_.Pass(seconds(30));
  peer_.StartReading();
  EXPECT_TRUE(peer_.closed());
}

TEST_F(WebTest, AConnectionIsKeptAliveForThirtySeconds) {
  TestPeer peer = Browser();
  peer.Send(kHealth);
  server_.Pass(seconds(30) - milliseconds(1));
  peer.Send(kHealth);
  server_.Pass(seconds(30) - milliseconds(1));
  EXPECT_FALSE(peer.closed());
  server_.Pass(milliseconds(1));
  EXPECT_TRUE(peer.closed());
}

TEST_F(WebTest, AHeadHasTenSeconds) {
  TestPeer peer = Browser();
  peer.Send("GET / HTTP/1.1\r\n");
  server_.Pass(seconds(9));
  peer.Send("Host: lab\r\n");
  server_.Pass(seconds(1));
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(peer.closed());
}

TEST_F(WebTest, ALaterHeadHasTenSecondsFromItsFirstByte) {
  TestPeer peer = Browser();
  peer.Send(kHealth);
  server_.Pass(seconds(15));
  peer.Reads();
  peer.Send("GET");
  server_.Pass(seconds(10) - milliseconds(1));
  EXPECT_FALSE(peer.closed());
  server_.Pass(milliseconds(1));
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(WebTest, AHeadThatIsNoneIsAnsweredAndClosed) {
  TestPeer peer = Browser();
  peer.Send("GET / HTTP/1.1\r\n folded\r\n\r\n");
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(peer.closed());
}

TEST_F(WebTest, AClientThatFinishedSendingGetsItsAnswer) {
  TestPeer peer = Browser();
  peer.Send(kHealth);
  peer.FinishSending();
  EXPECT_THAT(peer.Reads(), HasSubstr("\r\n\r\nok\n"));
  EXPECT_TRUE(peer.closed());
}

TEST_F(WebTest, AlpnLeavesNothingToDecide) {
  TestPeer ana = server_.LinesIn("lobby", "Ana");
  TestPeer peer = server_.Connects({.address = "10.0.0.1", .tls = true, .alpn_http = true});
  server_.Pass(seconds(2));
  EXPECT_THAT(ana.Hears(), IsEmpty()) << "it is no raw listener";
  peer.Send("nonsense\r\n\r\n");
  EXPECT_THAT(peer.Reads(), StartsWith("HTTP/1.1 400 "));
}

// --- WebSocket ---

TEST_F(WebTest, AWebSocketSpeaksTheSameMessages) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  TestPeer web = WebSocketIn("lab", "Web");
  web.Send(Text(Chat("lab", "hi"), "m"));
  ana.Say("lab", "welcome");
  EXPECT_THAT(Frames(web), ElementsAre("m: ok lab #1", "lab #2 Ana: welcome"));
  EXPECT_THAT(ana.Hears(), ElementsAre("lab #1 Web: hi", "ok lab #2"));
}

TEST_F(WebTest, ARequestThatComesWithTheUpgradeIsTaken) {
  TestPeer peer = Browser();
  protocol::Hello hello;
  hello.name = "Web";
  peer.Send(kUpgrade + Text(hello));
  EXPECT_THAT(peer.Reads(), HasSubstr("\"welcome\""));
}

TEST_F(WebTest, APeerThatHasNotReadItsUpgradeResponseGetsNoFrames) {
  protocol::Hello hello;
  hello.name = "Web";
  for (const std::size_t read : {0U, 5U}) {
    ExchangeOptions options;
    options.queue_bytes = 20'000;
    TestServer server(options);
    TestPeer ana = server.LinesIn("lab", "Ana");
    TestPeer peer = server.Connects({.address = "127.0.0.1", .loopback = true, .tls = true});
    peer.ReadOnly(read);
    peer.Send(kUpgrade + Text(hello) + Text(protocol::Join{"lab", {}, {}}));
    for (int i = 0; i < 20; ++i) ana.Say("lab", std::string(2'000, 'x'));
    peer.StartReading();
    EXPECT_EQ(peer.Reads(), std::string("HTTP/").substr(0, read));
    EXPECT_TRUE(peer.closed());
  }
}

TEST_F(WebTest, ItHasThirtySecondsToHello) {
  TestPeer web = WebSocket();
  server_.Pass(seconds(30));
  EXPECT_THAT(Frames(web), ElementsAre("error hello_required", "close 1008"));
  EXPECT_TRUE(web.closed());
}

TEST_F(WebTest, SilenceIsAskedAndThenGivenUp) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  TestPeer web = WebSocketIn("lab", "Web");
  server_.Pass(seconds(30) - milliseconds(1));
  EXPECT_THAT(Frames(web), IsEmpty());
  server_.Pass(milliseconds(1));
  EXPECT_THAT(Frames(web), ElementsAre("ping"));
  server_.Pass(seconds(30) - milliseconds(1));
  EXPECT_FALSE(web.closed());
  server_.Pass(milliseconds(1));
  EXPECT_TRUE(web.closed());
  EXPECT_THAT(ana.Hears(), ElementsAre("lab - Web (lost)"));
}

TEST_F(WebTest, APongOrAnythingElseIsAnAnswer) {
  TestPeer web = WebSocketIn("lab", "Web");
  for (const std::string& sign : {Frame(10, ""), Text(protocol::Ping{})}) {
    server_.Pass(seconds(30));
    EXPECT_THAT(Frames(web), ElementsAre("ping"));
    server_.Pass(seconds(10));
    web.Send(sign);
    web.Reads();
    server_.Pass(seconds(20));
    EXPECT_THAT(Frames(web), IsEmpty()) << "the silence counts from then";
    server_.Pass(seconds(10));
    EXPECT_THAT(Frames(web), ElementsAre("ping"));
    web.Send(sign);
    web.Reads();
  }
  EXPECT_FALSE(web.closed());
}

TEST_F(WebTest, APingIsAnswered) {
  TestPeer web = WebSocketIn("lab", "Web");
  web.Send(Frame(9, "hm"));
  EXPECT_THAT(Frames(web), ElementsAre("pong hm"));
}

TEST_F(WebTest, AMemberWhoClosesTheWebSocketHasLeft) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  TestPeer web = WebSocketIn("lab", "Web");
  web.Send(Frame(8, "\x03\xe8"));
  EXPECT_THAT(Frames(web), ElementsAre("close 1000"));
  EXPECT_TRUE(web.closed());
  EXPECT_THAT(ana.Hears(), ElementsAre("lab - Web (left)"));
}

TEST_F(WebTest, NothingFollowsACloseFrame) {
  TestPeer ana = server_.LinesIn("lab", "Ana");
  for (const std::string& end : {Frame(8, "\x03\xe8"), Frame(2, "x")}) {
    TestPeer web = WebSocketIn("lab", "Web");
    web.KeepsOpen();
    web.Send(end + Frame(9, "hm") + Text(Chat("lab", "too late"), "m"));
    EXPECT_THAT(Frames(web), ElementsAre(StartsWith("close ")));
    ana.Say("lab", "is anyone there");
    web.Send(Frame(9, "hm") + Frame(8, "\x03\xe8"));
    EXPECT_THAT(Frames(web), IsEmpty());
  }
}

TEST_F(WebTest, FatalErrorsHaveTheirCloseCodes) {
  struct Case {
    std::string frame;
    std::vector<std::string> frames;
  };
  for (const Case& c :
       {Case{Frame(1, std::string(limits::kMessageBytes + 1, ' ')), {"error too_large", "close 1009"}},
        Case{Frame(1, "[]"), {"error bad_json", "close 1007"}}, Case{Frame(2, "x"), {"close 1003"}},
        Case{Frame(1, "\xff"), {"close 1007"}}}) {
    TestPeer web = WebSocketIn("lab", "Web");
    web.Send(c.frame);
    EXPECT_EQ(Frames(web), c.frames);
    EXPECT_TRUE(web.closed());
  }
}

TEST_F(WebTest, TooLargeComesAfterTheRepliesThatAreDue) {
  TestPeer web = WebSocketIn("lab", "Web");
  web.Send(Text(Chat("lab", "hi"), "m") + Frame(1, std::string(limits::kMessageBytes + 1, ' ')));
  EXPECT_THAT(Frames(web), ElementsAre("m: ok lab #1", "error too_large", "close 1009"));
}

TEST_F(WebTest, AtAShutdownItIsToldInBothWays) {
  TestPeer web = WebSocketIn("lab", "Web");
  server_.Shutdown();
  EXPECT_THAT(Frames(web), ElementsAre("closing", "close 1001"));
}

}  // namespace
}  // namespace parley::test
