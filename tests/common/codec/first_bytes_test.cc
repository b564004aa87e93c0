#include "common/codec/first_bytes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/base/limits.h"

namespace parley {

void PrintTo(FirstBytes kind, std::ostream* out) {
  constexpr std::string_view kNames[] = {"more", "lines", "http", "tls", "proxy", "raw"};
  *out << kNames[static_cast<std::size_t>(kind)];
}

namespace {

using std::string_literals::operator""s;

// Replays the bytes as they arrive, byte for byte: the answer is "more" for a while, and then always the
// same. Tells that answer, and after how many bytes it was clear (0: never).
struct Replay {
  FirstBytes answer = FirstBytes::kNeedMore;
  std::size_t bytes = 0;
  bool consistent = true;
};
Replay Arrive(std::string_view bytes) {
  Replay replay;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const FirstBytes now = ClassifyFirstBytes(bytes.substr(0, size));
    if (replay.answer == FirstBytes::kNeedMore && now != FirstBytes::kNeedMore) {
      replay.answer = now;
      replay.bytes = size;
    }
    replay.consistent = replay.consistent && now == replay.answer;
  }
  return replay;
}

void ExpectDecided(std::string_view bytes, FirstBytes answer, std::size_t after) {
  const Replay replay = Arrive(bytes);
  EXPECT_EQ(replay.answer, answer) << testing::PrintToString(bytes);
  EXPECT_TRUE(replay.consistent) << testing::PrintToString(bytes);
  EXPECT_EQ(replay.bytes, after) << testing::PrintToString(bytes);
}

TEST(FirstBytes, OfNothingNeedMore) {
  EXPECT_EQ(ClassifyFirstBytes(""), FirstBytes::kNeedMore);
}

TEST(FirstBytes, ABraceIsLines) {
  ExpectDecided("{\"type\":\"ping\"}\n", FirstBytes::kLines, 1);
}

TEST(FirstBytes, AMarkAndWhiteSpaceMayStandBeforeTheBrace) {
  ExpectDecided("\xEF\xBB\xBF{\"type\":\"hello\"}", FirstBytes::kLines, 4);
  ExpectDecided(" {", FirstBytes::kLines, 2);
  ExpectDecided("\xEF\xBB\xBF\r\n\t {", FirstBytes::kLines, 8);
  for (const char* bytes : {"\xEF", "\xEF\xBB", "\xEF\xBB\xBF", "\n", "\r\n\r\n", " "}) {
    ExpectDecided(bytes, FirstBytes::kNeedMore, 0);
  }
}

TEST(FirstBytes, EmptyLinesMayStandBeforeARequestLine) {
  ExpectDecided("\r\n\r\nGET / HTTP/1.1\r\n", FirstBytes::kHttp, 20);
  ExpectDecided("\nGE", FirstBytes::kNeedMore, 0);
}

TEST(FirstBytes, WhiteSpaceWithoutEndIsRaw) {
  const std::string white(limits::kHttpHeadBytes, ' ');
  EXPECT_EQ(ClassifyFirstBytes(white), FirstBytes::kRaw);
  EXPECT_EQ(ClassifyFirstBytes(white + "{"), FirstBytes::kRaw);
  EXPECT_EQ(ClassifyFirstBytes(white.substr(1) + "{"), FirstBytes::kLines);
}

TEST(FirstBytes, TheSignatureOfAProxyIsNotWhiteSpace) {
  ExpectDecided("\r\n\r\n\0\r\nQUIT\n\x21"s, FirstBytes::kProxy, 12);
  ExpectDecided("\r\n\r\n\0\r\nQUIET"s, FirstBytes::kRaw, 11);
}

TEST(FirstBytes, ATlsHandshakeIsTls) {
  ExpectDecided("\x16\x03\x01\x02", FirstBytes::kTls, 2);
  ExpectDecided("\x16\x03\x03", FirstBytes::kTls, 2);
}

TEST(FirstBytes, HalfATlsHandshakeIsRaw) {
  ExpectDecided("\x16", FirstBytes::kNeedMore, 0);
  ExpectDecided("\x16\x02", FirstBytes::kRaw, 2);
  ExpectDecided("\x15\x03", FirstBytes::kRaw, 1);
}

TEST(FirstBytes, AWholeRequestLineIsHttp) {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"}) {
    for (const char* rest : {" / HTTP/1.1\r\n", " /room/x?a=b HTTP/1.0\n", " * HTTP/1.1\n",
                             " a:80 HTTP/1.9\r\n", " / HTTP/2.0\r\n", " / HTTP/2\n"}) {
      const std::string line = std::string(method) + rest;
      ExpectDecided(line, FirstBytes::kHttp, line.size());
      ExpectDecided(line + "Host: x\r\n\r\n", FirstBytes::kHttp, line.size());
    }
  }
}

TEST(FirstBytes, TheBeginningOfARequestLineNeedsMore) {
  for (const char* bytes : {"G", "GET", "GET ", "GET /", "GET / ", "GET / H", "GET / HTTP/1.",
                            "GET / HTTP/1.1", "GET / HTTP/1.1\r", "P", "PO", "PU", "PA", "OPTIONS", "C"}) {
    ExpectDecided(bytes, FirstBytes::kNeedMore, 0);
  }
}

TEST(FirstBytes, BytesThatCanNoLongerBecomeARequestLineAreRawAtOnce) {
  const struct {
    std::string bytes;
    std::size_t after;
  } cases[] = {
      {"hello\n", 1},
      {" x", 2},
      {"\n[", 2},
      {"\0"s, 1},
      {"[", 1},
      {"\xEF\xBB\xBFx", 4},
      {"\xEF\xBC\x8C", 2},
      {"get / HTTP/1.1\n", 1},
      {"Good morning", 2},
      {"GET\n", 4},
      {"GETS", 4},
      {"PUSH", 3},
      {"GET  / HTTP/1.1\n", 5},            // no target
      {"GET \n", 5},                       //
      {"GET me a tea\n", 8},               // no version
      {"GET /\r\n", 6},                    //
      {"GET /\n", 6},                      //
      {"GET /\x01 HTTP/1.1\n", 6},         // no visible ASCII
      {"GET /\x7F HTTP/1.1\n", 6},         //
      {"GET /caf\xC3\xA9 HTTP/1.1\n", 9},  //
      {"GET / http/1.1\n", 7},
      {"GET / HTTP/x.1\n", 12},
      {"GET / HTTP/1.x\n", 14},
      {"GET / HTTP/2 \n", 13},
      {"GET / HTTP/1.10\n", 15},
      {"GET / HTTP/1.1 \n", 15},
      {"GET / HTTP/1.1\r\r\n", 16},
  };
  for (const auto& one : cases) ExpectDecided(one.bytes, FirstBytes::kRaw, one.after);
}

TEST(FirstBytes, ARequestLineMayFillTheLimit) {
  const std::string end = " HTTP/1.1\r\n";
  const std::string line = "GET /" + std::string(limits::kHttpHeadBytes - 5 - end.size(), 'a') + end;
  ASSERT_EQ(line.size(), limits::kHttpHeadBytes);
  EXPECT_EQ(ClassifyFirstBytes(line), FirstBytes::kHttp);
  EXPECT_EQ(ClassifyFirstBytes(line + "Host: x"), FirstBytes::kHttp);
  EXPECT_EQ(ClassifyFirstBytes(line.substr(0, line.size() - 1)), FirstBytes::kNeedMore);
}

TEST(FirstBytes, ALongerRequestLineIsRawHoweverItIsCut) {
  const std::string end = " HTTP/1.1\r\n";
  const std::string line = "GET /" + std::string(limits::kHttpHeadBytes - 4 - end.size(), 'a') + end;
  ASSERT_EQ(line.size(), limits::kHttpHeadBytes + 1);
  EXPECT_EQ(ClassifyFirstBytes(line), FirstBytes::kRaw);
  EXPECT_EQ(ClassifyFirstBytes(line.substr(0, limits::kHttpHeadBytes)), FirstBytes::kRaw);
  EXPECT_EQ(ClassifyFirstBytes(line.substr(0, limits::kHttpHeadBytes - 1)), FirstBytes::kNeedMore);
}

}  // namespace
}  // namespace parley
