// The first-bytes rule: what a peer sends first decides how it is spoken to.

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(FirstBytes, ABraceBeginsLines) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  LinePeer ana(server.port());
  ana.wire().Send("{");
  witness.Settle();
  ana.wire().Send(R"("type":"hello","protocol":1,"name":"Ana"})"
                  "\n");
  EXPECT_EQ(ana.NextEvent()["type"], "welcome");
}

// The silent peer came before and is raw after a second: who is heard before it was raw at once.
void ExpectRawAtOnce(std::string_view first) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("lobby");
  RawPeer silent(server.port());
  RawPeer speaker(server.port());
  speaker.Send(first);
  const Json joined = witness.NextEvent();
  EXPECT_EQ(joined["type"], "member_joined") << first;
  const Json message = witness.NextEvent();
  EXPECT_EQ(message["type"], "message") << first;
  EXPECT_EQ(message["from"]["id"], joined["member"]["id"]) << first;
}

TEST(FirstBytes, AnythingElseIsRawAtOnce) {
  for (const std::string_view first :
       {"hello", " x", "\nx", "[1]", "HELO there\n", "GET well soon everybody\n", "PASS the salt\r\n",
        "get / HTTP/1.1\r\n", "GE T", "\x15\x03"}) {
    ExpectRawAtOnce(first);
  }
}

TEST(FirstBytes, BytesThatAreNoBeginningOfARequestLineAreRawAtOnce) {
  // A target must follow the method, then HTTP/1.x, and nothing after it.
  for (const std::string_view first : {"GETS", "PA PA", "GET  /", "GET / HTTP/x\n", "GET the door, please\n",
                                       "GET /\n", "POSTING", "GET / HTTP/1.1 now\n", "OPTIONAL"}) {
    ExpectRawAtOnce(first);
  }
}

// Nobody hears any of them, and each is told something but where it would understand nothing.
TEST(FirstBytes, OpeningsOfOtherProtocolsAreAnsweredAndReachNobody) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer listener(server.port());
  listener.Send("here");
  ana.NextEvent("message");
  const std::string hello = R"({"type":"hello","protocol":1,"user":"ana","password":"not-a-secret"})"
                            "\n";
  const struct {
    std::string opening, answer;
  } cases[] = {
      {"PROPFIND /dav HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dXNlcjpwdw==\r\n\r\n", "HTTP/1.1 405 "},
      {"\r\n\r\nGET / HTTP/2.0\r\nCookie: secret\r\n\r\n", "HTTP/1.1 505 "},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" + hello, "This is a Parley chat server: "},
      {std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C", 16) + "123456789012" + hello,
       "This is a Parley chat server: "},
      {"SSH-2.0-OpenSSH_9.2\r\n", "This is a Parley chat server: it does not speak SSH.\n"},
      {"PASS not-a-secret\r\nNICK ana\r\n", "This is a Parley chat server: it does not speak IRC.\n"},
      {"\xEF\xBB\xBF" + hello, R"({"type":"error",)"},
      {" " + hello, R"({"type":"error",)"},
      {"\n" + hello, R"({"type":"error",)"},
  };
  for (const auto& one : cases) {
    RawPeer peer(server.port());
    peer.Send(one.opening);
    EXPECT_EQ(peer.ReceiveExactly(one.answer.size()), one.answer) << one.opening;
  }
  ana.Settle();
  EXPECT_TRUE(ana.TakeEvents().empty());
  ana.Say("lobby", "marker");
  EXPECT_EQ(listener.ReceiveThrough("\n"), "Ana: marker\n");
}

TEST(FirstBytes, AHelloThatComesTooLateReachesNobody) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer late(server.port());
  ana.NextEvent("member_joined");  // a second later
  late.Send("{\"password\":\"not-a-secret\",\"user\":\"ana\",\"type\":\"hello\",\"protocol\":1}\n");
  const std::string answer = late.ReceiveToEnd();
  EXPECT_NE(answer.find("hello_required"), std::string::npos);
  EXPECT_EQ(answer.find('\n'), answer.size() - 1);
  EXPECT_EQ(ana.NextEvent()["type"], "member_left");
  ana.Settle();
  EXPECT_TRUE(ana.TakeEvents().empty());
}

TEST(FirstBytes, ABeginningOfARequestLineWaitsForMore) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  RawPeer listener(server.port());
  RawPeer undecided(server.port());
  RawPeer other(server.port());
  undecided.Send("GE");
  witness.Settle();
  other.Send("first");
  EXPECT_EQ(listener.ReceiveExactly(5), "first");
  undecided.Send("ESE");  // no request line any more
  EXPECT_EQ(listener.ReceiveExactly(5), "GEESE");
}

TEST(FirstBytes, ADribbledRequestLineIsHttp) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  RawPeer browser(server.port());
  for (const char byte : std::string("GET / HTTP/1.1\r\n")) {
    browser.Send({&byte, 1});
    witness.Settle();
  }
  browser.Send("Host: localhost\r\n\r\n");
  EXPECT_EQ(browser.ReceiveThrough("\r\n").substr(0, 9), "HTTP/1.1 ");
}

TEST(FirstBytes, ABeginningThatStaysOneIsRawAfterASecond) {
  ServerProcess server;
  LinePeer witness(server.port(), "witness");
  witness.Join("lobby");
  const std::set<std::string> beginnings = {"G",      "GET",       "HEAD ", "POST /",  "PUT x HTT",
                                            "DELETE", "OPTIONS *", "PATCH", "CONNECT", "TRACE"};
  const auto begin = steady_clock::now();
  std::vector<RawPeer> speakers;
  for (const std::string& beginning : beginnings) speakers.emplace_back(server.port()).Send(beginning);
  std::set<std::string> heard;
  heard.insert(witness.NextEvent("message")["text"].Text());
  EXPECT_GE(steady_clock::now() - begin, milliseconds(900));
  while (heard.size() < beginnings.size()) heard.insert(witness.NextEvent("message")["text"].Text());
  EXPECT_EQ(heard, beginnings);
}

TEST(FirstBytes, APeerThatSendsNothingIsARawListenerAfterASecond) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  const auto begin = steady_clock::now();
  RawPeer silent(server.port());
  EXPECT_EQ(ana.NextEvent("member_joined")["member"]["role"], "guest");
  EXPECT_GE(steady_clock::now() - begin, milliseconds(900));
  ana.Say("lobby", "hello");
  EXPECT_EQ(silent.ReceiveThrough("\n"), "Ana: hello\n");
}

TEST(FirstBytes, MessagesMeanwhileAreDeliveredOnceThePeerIsRaw) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer undecided(server.port());
  ana.Settle();
  ana.Say("lobby", "one");
  ana.Say("lobby", "two");
  undecided.Send("here");
  EXPECT_EQ(undecided.ReceiveExactly(18), "Ana: one\nAna: two\n");
  EXPECT_EQ(ana.NextEvent("message")["text"], "here");
}

TEST(FirstBytes, MessagesMeanwhileAreDroppedForLines) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  LinePeer undecided(server.port());
  undecided.wire();
  ana.Settle();
  ana.Say("lobby", "one");
  undecided.SendLine(R"({"type":"hello","protocol":1,"name":"Ben","ref":"h"})");
  EXPECT_EQ(Json::Parse(undecided.ReceiveLine())["type"], "welcome");
  undecided.Settle();
  EXPECT_TRUE(undecided.TakeEvents().empty());
}

TEST(FirstBytes, MessagesMeanwhileAreDroppedForHttp) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer undecided(server.port());
  ana.Settle();
  ana.Say("lobby", "one");
  undecided.Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(undecided.ReceiveExactly(9), "HTTP/1.1 ");
  EXPECT_EQ(undecided.ReceiveToEnd().find("Ana: one"), std::string::npos);
}

// What is kept can only be seen within the one second, so an attempt that took longer is made again.
TEST(FirstBytes, AtMost64KiBAreKeptForAnUndecidedPeerAndTheOldestGoesFirst) {
  ServerProcess server({"--rate", "0"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  std::string said;
  std::string received;
  steady_clock::duration taken{};
  for (int attempt = 0; attempt == 0 || (taken > milliseconds(900) && attempt < 20); ++attempt) {
    said.clear();
    const auto begin = steady_clock::now();
    RawPeer undecided(server.port());
    ana.Settle();
    for (char letter = 'a'; letter < 'k'; ++letter) {
      const std::string text(16'000, letter);
      ana.Say("lobby", text);
      said += "Ana: " + text + "\n";
    }
    undecided.Send("x");
    ana.NextEvent("message");
    taken = steady_clock::now() - begin;
    ana.Say("lobby", "the end");
    received = undecided.ReceiveThrough("Ana: the end\n");
  }
  ASSERT_LE(taken, milliseconds(900));
  said += "Ana: the end\n";
  EXPECT_TRUE(said.ends_with(received));
  EXPECT_LE(received.size(), 64U * 1024 + 13);
  EXPECT_GE(received.size(), 3U * 16'000);
}

TEST(FirstBytes, AClientHelloIsClosedAlsoWhenItComesInParts) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("lobby");
  RawPeer whole(server.port());
  whole.Send(std::string_view("\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03", 11));
  EXPECT_EQ(whole.ReceiveToEnd(), "");
  RawPeer parts(server.port());
  parts.Send("\x16");
  ana.Settle();
  parts.Send("\x03");
  EXPECT_EQ(parts.ReceiveToEnd(), "");
  RawPeer other(server.port());
  other.Send("marker");
  EXPECT_EQ(ana.NextEvent("message")["text"], "marker");
}

}  // namespace
}  // namespace parley::test
