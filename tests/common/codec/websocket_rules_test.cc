// RFC 6455, sections 5 to 7, in their order: what stands there for a server and is not in websocket_test.cc
// already, as examples, at the edges of the limits, and over whole ranges.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "common/codec/utf8.h"
#include "common/codec/websocket.h"
#include "tests/common/codec/websocket_wire.h"

namespace parley::test {
namespace {

using std::string_literals::operator""s;

const Steps kTooBig = {"violation 1009"};

// --- 5.1, 5.3: masking ---

TEST(WebSocketRules, AnyMaskIsUndone) {
  const std::string text = "some text, longer than the mask \xE2\x82\xAC";
  for (const std::string& mask :
       {"\0\0\0\0"s, "\xFF\xFF\xFF\xFF"s, "\0\0\0\x01"s, "some"s, "\x80\x7F\0\xFE"s}) {
    EXPECT_EQ(Decode(Frame(kFin | kText, text, Length::kShortest, mask)), Steps{"text " + text});
  }
}

TEST(WebSocketRules, EachFrameHasItsOwnMask) {
  const std::string bytes = Frame(kText, "abcde", Length::kShortest, "1234") +
                            Frame(kFin | kPing, "ping", Length::kShortest, "\xFF\x01\x80\x7F") +
                            Frame(kFin | kContinuation, "fghij", Length::kShortest, "\0\0\0\0"s);
  EXPECT_EQ(Decode(bytes), (Steps{"reply " + Unmasked(kFin | kPong, "ping"), "text abcdefghij"}));
}

TEST(WebSocketRules, NothingUnmaskedIsTakenFromAClient) {
  for (const int opcode : {kText, kBinary, kContinuation, kPing, kPong, kCloseFrame}) {
    for (const std::string_view payload : {"", "\x03\xE8"}) {
      EXPECT_EQ(Decode(Unmasked(kFin | opcode, payload)), kProtocolError) << opcode;
    }
  }
}

// --- 5.2: lengths ---

TEST(WebSocketRules, ALengthIsWrittenInAsFewBytesAsCanBe) {
  for (const std::size_t size : {0U, 1U, 125U}) {
    const std::string payload(size, 'x');
    for (const int opcode : {kText, kPing, kPong, kCloseFrame}) {
      EXPECT_EQ(Decode(Frame(kFin | opcode, payload, Length::k16)), kProtocolError) << opcode << ' ' << size;
      EXPECT_EQ(Decode(Frame(kFin | opcode, payload, Length::k64)), kProtocolError) << opcode << ' ' << size;
    }
    EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kContinuation, payload, Length::k16)), kProtocolError);
  }
  EXPECT_EQ(Decode(Frame(kFin | kText, std::string(126, 'x'), Length::k64)), kProtocolError);
  EXPECT_EQ(DecodeLong(Frame(kFin | kText, std::string(65'535, 'x'), Length::k64)), kProtocolError);
}

TEST(WebSocketRules, TheTopBitOfALengthIsZero) {
  for (const char opcode : {'\x81', '\x82', '\x80', '\x88', '\x89', '\x8A'}) {
    EXPECT_EQ(Decode(std::string(1, opcode) + "\xFF\x80\0\0\0\0\0\0\0mask"s), kProtocolError);
    EXPECT_EQ(Decode(std::string(1, opcode) + "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFmask"), kProtocolError);
  }
}

TEST(WebSocketRules, EachFormOfTheLengthMeansTheSame) {
  for (const std::size_t size : {125U, 126U, 65'535U, 65'536U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(DecodeLong(Frame(kFin | kText, text)), Steps{"text " + text}) << size;
  }
}

// --- 5.4: fragmentation ---

TEST(WebSocketRules, AMessageMayBeFragmentedAnywhere) {
  const std::string text = "{\"\xC3\xA9\":\"\xF0\x9F\x98\x80\"}";
  for (std::size_t one = 0; one <= text.size(); ++one) {
    for (std::size_t two = one; two <= text.size(); ++two) {
      EXPECT_EQ(DecodeChunks({Frame(kText, text.substr(0, one)) +
                              Frame(kContinuation, text.substr(one, two - one)) +
                              Frame(kFin | kContinuation, text.substr(two))}),
                Steps{"text " + text})
          << one << ' ' << two;
    }
  }
}

TEST(WebSocketRules, ControlFramesMayStandBetweenAnyTwoFragments) {
  std::string bytes = Frame(kText, "");
  Steps expected;
  for (const char letter : {'a', 'b', 'c'}) {
    const std::string part(1, letter);
    bytes += Frame(kFin | kPing, part) + Frame(kFin | kPong, part) + Frame(kContinuation, part);
    expected.push_back("reply " + Unmasked(kFin | kPong, part));
  }
  expected.emplace_back("text abc");
  EXPECT_EQ(Decode(bytes + Frame(kFin | kContinuation, "")), expected);
}

TEST(WebSocketRules, TheLimitIsOfTheWholeMessageHoweverItIsFragmented) {
  const std::string part(4'096, 'x');
  std::string bytes;
  std::vector<std::size_t> begins;
  for (std::size_t size = 0; size < limits::kMessageBytes; size += part.size()) {
    begins.push_back(bytes.size());
    bytes += Frame(size == 0 ? kText : kContinuation, part);
  }
  begins.push_back(bytes.size());
  const std::string full = bytes + Frame(kFin | kContinuation, "");
  EXPECT_EQ(DecodeLong(full, begins), Steps{"text " + std::string(limits::kMessageBytes, 'x')});
  EXPECT_EQ(DecodeLong(bytes + Frame(kContinuation, "x"), begins), kTooBig);
}

// --- 5.5: control frames ---

TEST(WebSocketRules, AControlFrameMayHave125Bytes) {
  const std::string longest(125, 'x');
  EXPECT_EQ(Decode(Frame(kFin | kPing, longest)), Steps{"reply " + Unmasked(kFin | kPong, longest)});
  EXPECT_EQ(Decode(Frame(kFin | kPong, longest) + Frame(kFin | kPing, "")),
            Steps{"reply " + Unmasked(kFin | kPong, "")});
  const std::string reason(123, 'x');
  EXPECT_EQ(Decode(CloseFrame(1000, reason)),
            Steps{"closed 1000 " + Unmasked(kFin | kCloseFrame, "\x03\xE8" + reason)});
  EXPECT_EQ(Decode(CloseFrame(1000, reason + "x")), kProtocolError);
}

TEST(WebSocketRules, EachPingHasItsPong) {
  EXPECT_EQ(Decode(Frame(kFin | kPing, "1") + Frame(kFin | kPing, "2") + Frame(kFin | kPing, "")),
            (Steps{"reply " + Unmasked(kFin | kPong, "1"), "reply " + Unmasked(kFin | kPong, "2"),
                   "reply " + Unmasked(kFin | kPong, "")}));
}

TEST(WebSocketRules, AClosingPeerIsAnsweredAndNoLongerHeard) {
  for (const int opcode : {kText, kPing, kCloseFrame, kBinary, 0x3}) {
    EXPECT_EQ(Decode(CloseFrame(1000) + Frame(kFin | opcode, "")).size(), 1U) << opcode;
  }
}

// --- 5.6, 8.1: text ---

// Not at the end of the message, nor of the frame, nor of what arrived: at the byte.
TEST(WebSocketRules, BytesThatCannotBecomeUtf8AreRefusedAtOnce) {
  struct Case {
    std::string_view text;
    std::size_t valid;  // bytes that could still become something
  };
  for (const Case& c : {Case{"ab\xFFxx", 2}, Case{"\x80xxx", 0}, Case{"\xC0\xAFxx", 0}, Case{"\xE0\x9Fxx", 1},
                        Case{"\xED\xA0\x80x", 1}, Case{"\xF0\x8F\xBF\xBF", 1}, Case{"\xF4\x90\x80\x80", 1},
                        Case{"\xF5xxx", 0}, Case{"\xE2\x82x", 2}, Case{"\xF0\x9F\x98x", 3}}) {
    const std::string frame = Frame(kText, c.text);
    const std::size_t header = frame.size() - c.text.size();
    EXPECT_EQ(Decode(std::string_view(frame).substr(0, header + c.valid)), Steps{}) << c.text;
    EXPECT_EQ(Decode(std::string_view(frame).substr(0, header + c.valid + 1)), Steps{"violation 1007"});
  }
}

TEST(WebSocketRules, ACharacterMayNotBeLeftOpenAtTheEnd) {
  const std::string smile = "\xF0\x9F\x98\x80";
  for (std::size_t size = 1; size < smile.size(); ++size) {
    const std::string open = smile.substr(0, size);
    EXPECT_EQ(Decode(Frame(kFin | kText, "a" + open)), Steps{"violation 1007"});
    EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kContinuation, open)), Steps{"violation 1007"});
    // Nor does the next message go on with it.
    EXPECT_EQ(Decode(Frame(kFin | kText, open) + Frame(kFin | kText, smile.substr(size))),
              Steps{"violation 1007"});
  }
}

// --- 5.7: the examples ---

TEST(WebSocketRules, TheExamplesOfTheStandard) {
  EXPECT_EQ(Decode("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"), Steps{"text Hello"});
  EXPECT_EQ(Decode("\x8A\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"), Steps{});
  EXPECT_EQ(Decode("\x81\x05Hello"), kProtocolError);
  EXPECT_EQ(Decode("\x01\x03Hel\x80\x02lo"), kProtocolError);
  EXPECT_EQ(Decode("\x89\x05Hello"), kProtocolError);
  EXPECT_EQ(WebSocketTextHeader(5) + "Hello", "\x81\x05Hello");
}

// --- 7.4: close codes ---

// Of the protocol itself, registered since (1012 to 1014 only say why a server goes), and of applications.
bool MayBeSent(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
}

TEST(WebSocketRules, EachCloseCodeIsTakenOrRefused) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    if (code >= 1012 && code <= 1014) continue;  // a server's own: a client has no use for them
    const Steps steps = DecodeChunks({CloseFrame(code)});
    ASSERT_EQ(steps.size(), 1U) << code;
    EXPECT_EQ(steps.front().starts_with("closed " + std::to_string(code) + ' '), MayBeSent(code)) << code;
    if (!MayBeSent(code)) {
      EXPECT_EQ(steps, kProtocolError) << code;
    }
  }
}

// --- Any bytes at all ---

// The first two bytes decide which rules hold: each pair of them leads somewhere, and never past an end.
TEST(WebSocketRules, EveryBeginningOfAFrameIsUnderstoodOrRefused) {
  const std::string rest = std::string(2, '\0') + std::string(200, '\x01');
  for (int first = 0; first <= 0xFF; ++first) {
    for (int second = 0; second <= 0xFF; ++second) {
      const std::string bytes = std::string{static_cast<char>(first), static_cast<char>(second)} + rest;
      const Steps steps = DecodeChunks({bytes});
      const bool control = (first & 0x08) != 0;
      const bool breaks = (first & 0x70) != 0 || (second & 0x80) == 0 || (first & 0x07) > 2 ||
                          (control && ((first & kFin) == 0 || (second & 0x7F) > 125)) ||
                          (first & 0x0F) == kContinuation;
      if (breaks) {
        ASSERT_EQ(steps, kProtocolError) << first << ' ' << second;
      }
      if ((first & 0x0F) == kBinary && !breaks && (second & 0x7F) <= 125) {
        ASSERT_EQ(steps, Steps{"violation 1003"}) << first << ' ' << second;
      }
    }
  }
}

}  // namespace
}  // namespace parley::test
