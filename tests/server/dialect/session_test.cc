#include "server/dialect/session.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "tests/server/dialect/session_peer.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Peer = SessionPeer;

Peer::Outcome AllAtOnce(std::string_view input) {
  Peer peer;
  peer.Receive(input);
  return peer.outcome();
}

// --- The first bytes ---

TEST(SessionTest, TheFirstBytesDecide) {
  EXPECT_THAT(AllAtOnce("{").notes, ElementsAre("lines"));
  EXPECT_THAT(AllAtOnce("hello").notes, ElementsAre("raw"));
  EXPECT_THAT(AllAtOnce("\n").notes, IsEmpty());
  EXPECT_THAT(AllAtOnce("\nhello").notes, ElementsAre("raw"));
  EXPECT_THAT(AllAtOnce(" {").notes, ElementsAre("lines"));
  EXPECT_THAT(AllAtOnce("\x16\x03\x01").notes, ElementsAre("foreign"));
  EXPECT_THAT(AllAtOnce("GET / HTTP/1.1\r\n").notes, ElementsAre("http"));
  EXPECT_THAT(AllAtOnce("GET / HTTP/1.1\r\nHost: lab\r\n\r\n").notes, ElementsAre("http", "http /"));
}

TEST(SessionTest, AByteOrderMarkAndWhiteSpaceBeforeTheFirstWordAreSkipped) {
  for (const char* before : {"\xEF\xBB\xBF", " ", "\r\n", "\xEF\xBB\xBF\n\t "}) {
    EXPECT_THAT(AllAtOnce(std::string(before) + "{\"type\":\"ping\"}\n").notes, ElementsAre("lines", "ping"));
  }
  EXPECT_THAT(AllAtOnce("\r\n\n\r\nGET / HTTP/1.1\r\nHost: lab\r\n\r\n").notes,
              ElementsAre("http", "http /"));
  EXPECT_THAT(AllAtOnce(" GET / HTTP/1.1\r\nHost: lab\r\n\r\n").notes, ElementsAre("http", "http 400"));
}

TEST(SessionTest, OtherMethodsAndVersionsAreHttpToo) {
  EXPECT_THAT(AllAtOnce("PROPFIND /dav HTTP/1.1\r\nHost: x\r\n\r\n").notes, ElementsAre("http", "http /dav"));
  EXPECT_THAT(AllAtOnce("GET / HTTP/2.0\r\n").notes, ElementsAre("http", "http 505"));
  EXPECT_THAT(AllAtOnce("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").notes, ElementsAre("http", "http 505"));
}

TEST(SessionTest, OtherProtocolsAreForeign) {
  Peer peer;
  peer.Receive("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_THAT(peer.notes(), ElementsAre("foreign"));
  EXPECT_EQ(peer.session().foreign(), "SSH");
  EXPECT_EQ(peer.kept(), 0u);
}

TEST(SessionTest, ABeginningOfARequestLineWaits) {
  for (const char* beginning : {"", "G", "GET", "GET /", "GET / HTTP/1.1", "\x16", "POST", "TRACE "}) {
    Peer peer;
    peer.Receive(beginning);
    EXPECT_THAT(peer.notes(), IsEmpty()) << beginning;
    EXPECT_EQ(peer.session().dialect(), Dialect::kUndecided) << beginning;
  }
}

TEST(SessionTest, BytesBeforeTheDecisionAreOneRawChunk) {
  Peer peer;
  peer.Receive("GET ");
  peer.Receive("me");
  EXPECT_THAT(peer.notes(), IsEmpty()) << "this may still become a request line";
  peer.DecideRaw();
  EXPECT_THAT(peer.outcome().texts, ElementsAre("GET me"));
  EXPECT_EQ(peer.kept(), 0u);
}

TEST(SessionTest, AListenerThatSaidNothingIsRawWithoutAChunk) {
  Peer peer;
  peer.DecideRaw();
  EXPECT_THAT(peer.outcome().texts, IsEmpty());
  peer.Receive("{\"type\":\"ping\"}\n");
  EXPECT_THAT(peer.outcome().texts, ElementsAre("{\"type\":\"ping\"}")) << "once raw, always raw";
}

TEST(SessionTest, AlpnDecidesForHttpBeforeAnyByte) {
  Peer peer(true);
  EXPECT_EQ(peer.session().dialect(), Dialect::kHttp);
  peer.Receive("nonsense\r\n\r\n");
  EXPECT_THAT(peer.notes(), ElementsAre("http 400"));
}

TEST(SessionTest, AClientHelloIsSwallowed) {
  Peer peer;
  peer.Receive("\x16\x03\x01\x02");
  peer.Receive("and more");
  EXPECT_THAT(peer.notes(), ElementsAre("foreign"));
  EXPECT_EQ(peer.session().foreign(), "");
  EXPECT_EQ(peer.kept(), 0u);
}

// --- Raw chunks ---

class RawChunkTest : public testing::Test {
 protected:
  RawChunkTest() { peer_.DecideRaw(); }
  // The texts of one read.
  std::vector<std::string> Texts(std::string_view chunk) {
    const std::size_t before = peer_.outcome().texts.size();
    const std::size_t bytes = peer_.outcome().bytes.size();
    peer_.Receive(chunk);
    EXPECT_EQ(peer_.outcome().bytes.substr(bytes), chunk) << "the bytes go on as they are";
    return {peer_.outcome().texts.begin() + static_cast<std::ptrdiff_t>(before), peer_.outcome().texts.end()};
  }
  Peer peer_;
};

TEST_F(RawChunkTest, OneTrailingNewlineIsDropped) {
  EXPECT_THAT(Texts("hi"), ElementsAre("hi"));
  EXPECT_THAT(Texts("hi\n"), ElementsAre("hi"));
  EXPECT_THAT(Texts("hi\r\n"), ElementsAre("hi"));
  EXPECT_THAT(Texts("hi\n\n"), ElementsAre("hi\n"));
  EXPECT_THAT(Texts("hi\r"), ElementsAre("hi\r"));
  EXPECT_THAT(Texts("one\ntwo\n"), ElementsAre("one\ntwo"));
}

TEST_F(RawChunkTest, ALoneNewlineIsNotAMessage) {
  EXPECT_THAT(Texts("\n"), IsEmpty());
  EXPECT_THAT(Texts("\r\n"), IsEmpty());
  EXPECT_THAT(Texts("\n\n"), ElementsAre("\n"));
}

TEST_F(RawChunkTest, ACharacterSplitAcrossReadsIsCarriedOver) {
  EXPECT_THAT(Texts("caf\xc3"), ElementsAre("caf"));
  EXPECT_THAT(Texts("\xa9!\n"), ElementsAre("\u00e9!"));
  EXPECT_THAT(Texts("\xf0\x9f"), IsEmpty()) << "only the beginning of a character";
  EXPECT_THAT(Texts("\x98"), IsEmpty());
  EXPECT_THAT(Texts("\x80"), ElementsAre("\U0001F600"));
}

TEST_F(RawChunkTest, InvalidUtf8AndNulBecomeReplacements) {
  EXPECT_THAT(Texts("a\xff"
                    "b"),
              ElementsAre("a\uFFFD"
                          "b"));
  EXPECT_THAT(Texts(std::string_view("a\0b", 3)), ElementsAre("a\uFFFD"
                                                              "b"));
  EXPECT_THAT(Texts("\xc3"), IsEmpty());
  EXPECT_THAT(Texts("x"), ElementsAre("\uFFFDx")) << "the character that never came";
}

TEST_F(RawChunkTest, ALongReadIsCutBetweenCharacters) {
  const std::string exact(limits::kTextBytes, 'x');
  EXPECT_THAT(Texts(exact), SizeIs(1));
  EXPECT_THAT(Texts(exact + "\n"), SizeIs(1)) << "the newline does not count";
  EXPECT_THAT(Texts(exact + "y"), ElementsAre(exact, "y"));

  std::string euros;
  while (euros.size() < 3 * limits::kTextBytes) euros += "\u20ac";
  const auto texts = Texts(euros);
  EXPECT_THAT(texts, SizeIs(4)) << "16384 bytes hold 5461 euros, and one byte is left over each time";
  std::string together;
  for (const std::string& text : texts) {
    EXPECT_LE(text.size(), limits::kTextBytes);
    EXPECT_TRUE(IsValidUtf8(text));
    together += text;
  }
  EXPECT_EQ(together, euros);
}

TEST_F(RawChunkTest, ReplacementsCountWithTheirOwnSize) {
  for (const std::string& text : Texts(std::string(limits::kReadBytes, '\xff'))) {
    EXPECT_LE(text.size(), limits::kTextBytes);
  }
}

// --- Lines ---

TEST(SessionTest, EachLineIsARequest) {
  EXPECT_THAT(AllAtOnce("{\"type\":\"ping\",\"ref\":\"1\"}\n{\"type\":\"ping\"}\r\n{\"type\":\"pi").notes,
              ElementsAre("lines", "1: ping", "ping"));
}

TEST(SessionTest, EmptyLinesAreNothing) {
  EXPECT_THAT(AllAtOnce("{\"type\":\"ping\"}\n\n\r\n\n{\"type\":\"ping\"}\n").notes,
              ElementsAre("lines", "ping", "ping"));
}

TEST(SessionTest, AFaultInALineIsReportedWithItsRef) {
  EXPECT_THAT(AllAtOnce("{\"type\":\"message\",\"ref\":\"r\"}\n{\"type\":\"dance\"}\n{]\n").notes,
              ElementsAre("lines", "r: bad_message", "unknown_type", "bad_json"));
}

std::string PingOf(std::size_t bytes) {
  const std::string begin = R"({"type":"ping","x":")";
  const std::string end = "\"}";
  return begin + std::string(bytes - begin.size() - end.size(), 'x') + end;
}

TEST(SessionTest, ALineMayHave65536BytesWithoutItsNewline) {
  EXPECT_THAT(AllAtOnce(PingOf(65'536) + "\n").notes, ElementsAre("lines", "ping"));
  EXPECT_THAT(AllAtOnce(PingOf(65'536) + "\r\n").notes, ElementsAre("lines", "ping"));
  EXPECT_THAT(AllAtOnce(PingOf(65'537) + "\n").notes, ElementsAre("lines", "too_large"));
}

TEST(SessionTest, ALineThatGrowsTooLongIsToldBeforeItsEnd) {
  Peer peer;
  peer.Receive(PingOf(65'536));
  EXPECT_THAT(peer.notes(), ElementsAre("lines"));
  peer.Receive("xx");  // one of them might have been the CR of its end
  EXPECT_THAT(peer.notes(), ElementsAre("lines", "too_large"));
  EXPECT_EQ(peer.kept(), 0u) << "what can't be used is not kept";
}

// --- WebSocket ---

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

class WebSocketSessionTest : public testing::Test {
 protected:
  WebSocketSessionTest() {
    peer_.Receive("GET /ws HTTP/1.1\r\nHost: lab\r\n\r\n");
    peer_.Upgrade();
  }
  Peer peer_;
};

TEST_F(WebSocketSessionTest, ATextFrameIsARequest) {
  EXPECT_TRUE(peer_.session().speaks_protocol());
  peer_.Receive(Frame(1, R"({"type":"ping","ref":"1"})") + Frame(1, "[]"));
  EXPECT_THAT(peer_.notes(), ElementsAre("http", "http /ws", "1: ping", "bad_json"));
}

TEST_F(WebSocketSessionTest, APingIsAnsweredAndACloseIsTheLast) {
  peer_.Receive(Frame(9, "x"));
  peer_.Receive(Frame(8, "\x03\xe8"));
  EXPECT_THAT(peer_.notes(), ElementsAre("http", "http /ws", "say \x8a\x01x", "last words \x88\x02\x03\xe8"));
}

TEST_F(WebSocketSessionTest, TooLargeIsAFaultAndABinaryFrameABreach) {
  peer_.Receive(Frame(1, PingOf(65'536)));
  peer_.Receive(Frame(1, PingOf(65'537)));
  EXPECT_THAT(peer_.notes(), ElementsAre("http", "http /ws", "ping", "too_large"));
  Peer other(true);
  other.Receive("GET /ws HTTP/1.1\r\nHost: lab\r\n\r\n");
  other.Upgrade();
  other.Receive(Frame(2, "x"));
  EXPECT_THAT(other.notes(), ElementsAre("http /ws", "broken 1003"));
}

// --- Any input, cut anywhere ---

class CutTest : public testing::TestWithParam<std::string> {};

TEST_P(CutTest, GivesTheSameWhereverItIsCut) {
  const std::string& input = GetParam();
  const auto whole = AllAtOnce(input);
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    Peer peer;
    peer.Receive(std::string_view(input).substr(0, cut));
    peer.Receive(std::string_view(input).substr(cut));
    EXPECT_EQ(peer.notes(), whole.notes) << "cut at " << cut;
  }
  Peer peer;
  for (const char byte : input) peer.Receive({&byte, 1});
  EXPECT_EQ(peer.notes(), whole.notes) << "byte by byte";
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, CutTest,
    testing::Values(
        "{\"type\":\"ping\",\"ref\":\"1\"}\r\n\r\n{\"type\":\"message\",\"room\":\"lab\",\"text\":"
        "\"\u00e9\U0001F600\"}\n{\"type\":\"dance\",\"ref\":\"\u00e9\"}\n",
        "{}\n\n", "{\"a\":\xff}\n", "GET / HTTP/1.1\r\nHost: lab\r\n\r\n",
        "GET /1 HTTP/1.1\r\nHost: lab\r\n\r\n\r\nHEAD /2 HTTP/1.0\n\nGET /3 HTTP/1.1\r\nHost : "
        "lab\r\n\r\nGET /4",
        "POST / HTTP/1.1\r\nHost: lab\r\nContent-Length: 5\r\n\r\nGET /", "\x16\x03\x01\x02"));

// The frames of a WebSocket, after its handshake.
class FrameCutTest : public testing::TestWithParam<std::string> {
 protected:
  static std::vector<std::string> Notes(const std::vector<std::string_view>& pieces) {
    Peer peer(true);
    peer.Receive("GET /ws HTTP/1.1\r\nHost: lab\r\n\r\n");
    peer.Upgrade();
    for (const std::string_view piece : pieces) peer.Receive(piece);
    return peer.notes();
  }
};

TEST_P(FrameCutTest, GiveTheSameWhereverTheyAreCut) {
  const std::string_view input = GetParam();
  const auto whole = Notes({input});
  EXPECT_GT(whole.size(), 1U) << "the handshake, and what the frames say";
  std::vector<std::string_view> bytes;
  for (std::size_t cut = 0; cut < input.size(); ++cut) {
    EXPECT_EQ(Notes({input.substr(0, cut), input.substr(cut)}), whole) << "cut at " << cut;
    bytes.push_back(input.substr(cut, 1));
  }
  EXPECT_EQ(Notes(bytes), whole) << "byte by byte";
}

INSTANTIATE_TEST_SUITE_P(WebSocket, FrameCutTest,
                         testing::Values(Frame(1, "{\"type\":\"ping\",\"ref\":\"\u00e9\"}") + Frame(9, "hm") +
                                             Frame(1, "{\"type\":\"ping\"}") + Frame(8, "\x03\xe8"),
                                         Frame(10, "") + Frame(1, "[]"), Frame(1, "{\"a\":\xff}"),
                                         Frame(9, "1") + Frame(2, "binary"),
                                         Frame(9, "1") + Frame(8, "\x03")));

// Where raw bytes are cut decides what one message is; all of them come, once.
class RawCutTest : public testing::TestWithParam<std::string> {};

TEST_P(RawCutTest, LosesNothingWhereverItIsCut) {
  const std::string& input = GetParam();
  const auto joined = [](const Peer& peer) {
    std::string text;
    for (const std::string& one : peer.outcome().texts) text += one;
    std::erase(text, '\n');
    std::erase(text, '\r');
    return text;
  };
  Peer whole;
  whole.Receive(input);
  whole.DecideRaw();
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    Peer peer;
    peer.Receive(std::string_view(input).substr(0, cut));
    peer.Receive(std::string_view(input).substr(cut));
    peer.DecideRaw();
    EXPECT_EQ(peer.outcome().bytes, input) << "cut at " << cut;
    EXPECT_EQ(joined(peer), joined(whole)) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Raw, RawCutTest,
                         testing::Values("hello\nworld\r\n", "h\u00e9\U0001F600llo\n", "a\xff\xc3(\xe2\x82",
                                         "GET me\n", "GETTING there", std::string("a\0b\n", 4)));

}  // namespace
}  // namespace parley
