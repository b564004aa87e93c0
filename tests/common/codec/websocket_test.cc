#include "common/codec/websocket.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/base/limits.h"
#include "tests/common/codec/websocket_wire.h"

namespace parley::test {
namespace {

using std::string_literals::operator""s;

const Steps kBadUtf8 = {"violation 1007"};

TEST(WebSocketDecoder, NeedsMoreFromNothing) {
  EXPECT_EQ(DecodeChunks({"", ""}), Steps{});
}

TEST(WebSocketDecoder, TakesTextMessages) {
  EXPECT_EQ(Decode(Frame(kFin | kText, "{\"a\":1}")), Steps{"text {\"a\":1}"});
  EXPECT_EQ(Decode(Frame(kFin | kText, "")), Steps{"text "});
  EXPECT_EQ(Decode(Frame(kFin | kText, "a\0b"s)), Steps{"text a\0b"s});
}

TEST(WebSocketDecoder, TakesOneThingAtATime) {
  const std::string bytes = Frame(kFin | kText, "a") + Frame(kFin | kText, "b") + Frame(kFin | kPing, "p");
  EXPECT_EQ(Decode(bytes), (Steps{"text a", "text b", "reply " + Unmasked(kFin | kPong, "p")}));
  WebSocketDecoder decoder;
  std::size_t consumed = 0;
  EXPECT_EQ(Describe(decoder.Next(bytes, consumed)), "text a");
  EXPECT_EQ(consumed, Frame(kFin | kText, "a").size());
}

TEST(WebSocketDecoder, TakesEachFormOfTheLength) {
  for (const std::size_t size : {125U, 126U, 127U, 300U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(Decode(Frame(kFin | kText, text)), Steps{"text " + text});
  }
  for (const std::size_t size : {4095U, 4096U, 4097U, 65535U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(DecodeChunks({Frame(kFin | kText, text)}), Steps{"text " + text});
  }
}

// RFC 6455, section 5.2: the minimal number of bytes must be used.
TEST(WebSocketDecoder, RefusesALengthWrittenLongerThanNeeded) {
  EXPECT_EQ(Decode(Frame(kFin | kText, std::string(125, 'x'), Length::k16)), kProtocolError);
  EXPECT_EQ(Decode(Frame(kFin | kText, std::string(200, 'x'), Length::k64)), kProtocolError);
  const std::string negative = "\x81\xFF\xFF\0\0\0\0\0\0\x01mask?"s;
  EXPECT_EQ(Decode(negative), kProtocolError);
}

TEST(WebSocketDecoder, JoinsFragments) {
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kContinuation, "") + Frame(kContinuation, "bc") +
                   Frame(kFin | kContinuation, "d") + Frame(kFin | kText, "e")),
            (Steps{"text abcd", "text e"}));
  EXPECT_EQ(Decode(Frame(kText, "") + Frame(kFin | kContinuation, "")), Steps{"text "});
}

TEST(WebSocketDecoder, TakesControlFramesBetweenFragments) {
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kPing, "p") + Frame(kContinuation, "b") +
                   Frame(kFin | kPong, "") + Frame(kFin | kContinuation, "c")),
            (Steps{"reply " + Unmasked(kFin | kPong, "p"), "text abc"}));
  EXPECT_EQ(Decode(Frame(kText, "a") + CloseFrame(1000)),
            Steps{"closed 1000 " + Unmasked(kFin | kCloseFrame, "\x03\xE8")});
}

TEST(WebSocketDecoder, AnswersPingsWithTheirPayload) {
  EXPECT_EQ(Decode(Frame(kFin | kPing, "")), Steps{"reply " + Unmasked(kFin | kPong, "")});
  const std::string payload(125, '\xFF');  // need not be UTF-8
  EXPECT_EQ(Decode(Frame(kFin | kPing, payload)), Steps{"reply " + Unmasked(kFin | kPong, payload)});
}

TEST(WebSocketDecoder, SaysNothingOfPongs) {
  EXPECT_EQ(Decode(Frame(kFin | kPong, "x") + Frame(kFin | kPong, "") + Frame(kFin | kText, "a")),
            Steps{"text a"});
}

TEST(WebSocketDecoder, RefusesUnmaskedFrames) {
  EXPECT_EQ(Decode(Unmasked(kFin | kText, "abcdef")), kProtocolError);
  EXPECT_EQ(Decode(Unmasked(kFin | kPing, "")), kProtocolError);
  EXPECT_EQ(Decode(Frame(kText, "a") + Unmasked(kFin | kContinuation, "abcdef")), kProtocolError);
}

TEST(WebSocketDecoder, RefusesReservedBits) {
  for (const int bit : {0x40, 0x20, 0x10}) {
    EXPECT_EQ(Decode(Frame(kFin | bit | kText, "abc")), kProtocolError) << bit;
    EXPECT_EQ(Decode(Frame(kFin | bit | kPing, "")), kProtocolError) << bit;
    EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | bit | kContinuation, "b")), kProtocolError) << bit;
  }
}

TEST(WebSocketDecoder, RefusesReservedOpcodes) {
  for (const int opcode : {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    EXPECT_EQ(Decode(Frame(kFin | opcode, "abc")), kProtocolError) << opcode;
    EXPECT_EQ(Decode(Frame(kFin | opcode, "")), kProtocolError) << opcode;
    EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | opcode, "b")), kProtocolError) << opcode;
  }
}

TEST(WebSocketDecoder, RefusesFragmentedControlFrames) {
  for (const int opcode : {kPing, kPong, kCloseFrame}) {
    EXPECT_EQ(Decode(Frame(opcode, "") + Frame(kFin | kContinuation, "")), kProtocolError) << opcode;
  }
}

TEST(WebSocketDecoder, RefusesLongControlFrames) {
  for (const int opcode : {kPing, kPong, kCloseFrame}) {
    EXPECT_EQ(Decode(Frame(kFin | opcode, std::string(126, 'x'))), kProtocolError) << opcode;
  }
}

TEST(WebSocketDecoder, RefusesAContinuationOfNothing) {
  EXPECT_EQ(Decode(Frame(kFin | kContinuation, "a")), kProtocolError);
  EXPECT_EQ(Decode(Frame(kContinuation, "a")), kProtocolError);
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kContinuation, "b") + Frame(kFin | kContinuation, "c")),
            (Steps{"text ab", "violation 1002"}));
}

TEST(WebSocketDecoder, RefusesAMessageInsideAFragmentedOne) {
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kText, "b")), kProtocolError);
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kText, "b")), kProtocolError);
  EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kBinary, "b")), kProtocolError);
}

TEST(WebSocketDecoder, RefusesBinaryMessagesWhenTheyBegin) {
  const Steps refused = {"violation 1003"};
  EXPECT_EQ(Decode(Frame(kFin | kBinary, "abc")), refused);
  EXPECT_EQ(Decode(Frame(kFin | kBinary, "")), refused);
  EXPECT_EQ(Decode(Frame(kBinary, "abc")), refused);
  EXPECT_EQ(Decode(Frame(kFin | kBinary, "abc").substr(0, 7)), refused);
}

TEST(WebSocketDecoder, TakesUtf8AcrossFragments) {
  // U+20AC, and U+1F600 cut at each place.
  EXPECT_EQ(Decode(Frame(kText, "\xE2") + Frame(kFin | kPing, "") + Frame(kContinuation, "\x82") +
                   Frame(kFin | kContinuation, "\xAC")),
            (Steps{"reply " + Unmasked(kFin | kPong, ""), "text \xE2\x82\xAC"}));
  const std::string smile = "\xF0\x9F\x98\x80";
  for (std::size_t cut = 0; cut <= smile.size(); ++cut) {
    EXPECT_EQ(Decode(Frame(kText, smile.substr(0, cut)) + Frame(kFin | kContinuation, smile.substr(cut))),
              Steps{"text " + smile});
  }
}

TEST(WebSocketDecoder, RefusesTextThatIsNotUtf8) {
  for (const std::string_view text : {
           "\x80",              // a continuation byte alone
           "a\xC3",             // cut off at the end
           "\xC0\xAF",          // overlong
           "\xE0\x80\xAF",      //
           "\xED\xA0\x80",      // a surrogate
           "\xF4\x90\x80\x80",  // over U+10FFFF
           "\xFE",              //
           "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80 edited",
       }) {
    EXPECT_EQ(Decode(Frame(kFin | kText, text)), kBadUtf8);
    EXPECT_EQ(Decode(Frame(kText, "a") + Frame(kFin | kContinuation, text)), kBadUtf8);
  }
  EXPECT_EQ(Decode(Frame(kText, "\xE2\x82") + Frame(kFin | kContinuation, "")), kBadUtf8);
}

TEST(WebSocketDecoder, RefusesBadUtf8BeforeTheMessageEnds) {
  const std::string frame = Frame(kFin | kText, "\xFF" + std::string(100, 'x'));
  EXPECT_EQ(Decode(std::string_view(frame).substr(0, 10)), kBadUtf8);
  EXPECT_EQ(Decode(Frame(kText, "\xFF")), kBadUtf8);
}

TEST(WebSocketDecoder, AllowsAMessageOfFullLengthAndNotAByteMore) {
  const std::string longest(limits::kMessageBytes, 'x');
  EXPECT_EQ(DecodeChunks({Frame(kFin | kText, longest)}), Steps{"text " + longest});
  EXPECT_EQ(DecodeChunks({Frame(kText, longest) + Frame(kFin | kContinuation, "")}),
            Steps{"text " + longest});
  const Steps too_big = {"violation 1009"};
  EXPECT_EQ(DecodeChunks({Frame(kFin | kText, longest + 'x')}), too_big);
  EXPECT_EQ(DecodeChunks({Frame(kText, longest) + Frame(kFin | kContinuation, "x")}), too_big);
  EXPECT_EQ(DecodeChunks({Frame(kText, "x") + Frame(kFin | kContinuation, longest)}), too_big);
}

TEST(WebSocketDecoder, RefusesAHugeLengthWhenItIsDeclared) {
  const Steps too_big = {"violation 1009"};
  EXPECT_EQ(Decode("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFmaskx"), too_big);
  EXPECT_EQ(Decode("\x81\xFF\0\0\0\0\0\x01\0\x01maskx"s), too_big);
}

TEST(WebSocketDecoder, CountsEachMessageByItself) {
  const std::string longest(limits::kMessageBytes, 'x');
  const std::string frame = Frame(kFin | kText, longest);
  EXPECT_EQ(DecodeChunks({frame + frame}), (Steps{"text " + longest, "text " + longest}));
}

TEST(WebSocketDecoder, AnswersAClose) {
  EXPECT_EQ(Decode(Frame(kFin | kCloseFrame, "")), Steps{"closed 1005 " + Unmasked(kFin | kCloseFrame, "")});
  EXPECT_EQ(Decode(CloseFrame(1000)), Steps{"closed 1000 " + Unmasked(kFin | kCloseFrame, "\x03\xE8")});
  EXPECT_EQ(Decode(CloseFrame(1001, "bye \xE2\x82\xAC")),
            Steps{"closed 1001 " + Unmasked(kFin | kCloseFrame,
                                            "\x03\xE9"
                                            "bye \xE2\x82\xAC")});
  EXPECT_EQ(Decode(CloseFrame(1000, std::string(123, 'x'))).front().substr(0, 11), "closed 1000");
}

TEST(WebSocketDecoder, TakesTheCloseCodesThatMayBeSent) {
  for (const unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 3000U, 4999U}) {
    const Steps steps = Decode(CloseFrame(code));
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_TRUE(steps.front().starts_with("closed " + std::to_string(code))) << steps.front();
  }
}

TEST(WebSocketDecoder, RefusesTheCloseCodesThatMayNot) {
  for (const unsigned code :
       {0U, 1U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U}) {
    EXPECT_EQ(Decode(CloseFrame(code)), kProtocolError) << code;
  }
}

TEST(WebSocketDecoder, RefusesHalfACloseCode) {
  EXPECT_EQ(Decode(Frame(kFin | kCloseFrame, "\x03")), kProtocolError);
}

TEST(WebSocketDecoder, RefusesACloseReasonThatIsNotUtf8) {
  for (const std::string_view reason : {"\x80", "abc\xC3", "a\xED\xA0\x80", "\xFF\xFE\xFD\xFC"}) {
    EXPECT_EQ(Decode(CloseFrame(1000, reason)), kBadUtf8);
  }
}

TEST(WebSocketDecoder, DropsAllThatFollowsTheEnd) {
  EXPECT_EQ(Decode(CloseFrame(1000) + Frame(kFin | kText, "a")).size(), 1U);
  EXPECT_EQ(Decode(Frame(kFin | kBinary, "") + Frame(kFin | kText, "a") + "garbage"),
            Steps{"violation 1003"});
}

TEST(WebSocketDecoder, GivesAReasonThatFitsIntoACloseFrame) {
  for (const std::string& bytes : {Frame(kFin | kBinary, ""), Frame(0x3, ""), Frame(kFin | kText, "\xFF"),
                                   "\x81\xFF\0\0\0\0\0\x01\0\x01maskx"s}) {
    WebSocketDecoder decoder;
    std::size_t consumed = 0;
    const auto violation = std::get<WebSocketDecoder::Violation>(decoder.Next(bytes, consumed));
    EXPECT_FALSE(violation.reason.empty());
    EXPECT_LE(violation.reason.size(), 123U);
  }
}

TEST(WebSocketDecoder, CanBeMovedAtAnyTime) {
  const std::string bytes = Frame(kText, "ab") + Frame(kFin | kContinuation, "cd");
  Steps steps;
  WebSocketDecoder decoder;
  for (const char& byte : bytes) {
    WebSocketDecoder moved = std::move(decoder);
    Give(moved, {&byte, 1}, steps);
    decoder = std::move(moved);
  }
  EXPECT_EQ(steps, Steps{"text abcd"});
}

TEST(WebSocketDecoder, IsSmall) {
  EXPECT_LE(sizeof(WebSocketDecoder), 2 * sizeof(void*));
}

TEST(WebSocketFrames, HaveTheShortestHeader) {
  EXPECT_EQ(WebSocketTextHeader(0), "\x81\0"s);
  EXPECT_EQ(WebSocketTextHeader(125), "\x81\x7D");
  EXPECT_EQ(WebSocketTextHeader(126), "\x81\x7E\0\x7E"s);
  EXPECT_EQ(WebSocketTextHeader(65535), "\x81\x7E\xFF\xFF");
  EXPECT_EQ(WebSocketTextHeader(65536), "\x81\x7F\0\0\0\0\0\x01\0\0"s);
}

TEST(WebSocketFrames, CloseWithCodeAndReason) {
  EXPECT_EQ(WebSocketClose(1009, "big"),
            "\x88\x05\x03\xF1"
            "big");
  EXPECT_EQ(WebSocketClose(1000, ""), "\x88\x02\x03\xE8");
}

TEST(WebSocketFrames, CutALongReasonBetweenCharacters) {
  const std::string reason = std::string(122, 'x') + "\xC3\xA9";
  EXPECT_EQ(WebSocketClose(1000, reason), "\x88\x7C\x03\xE8" + std::string(122, 'x'));
  EXPECT_EQ(WebSocketClose(1000, std::string(200, 'x')).size(), 2 + 125U);
}

TEST(WebSocketFrames, PingWithoutPayload) {
  EXPECT_EQ(WebSocketPing(), "\x89\0"s);
}

// The example of RFC 6455, section 1.3.
TEST(WebSocketHandshake, AcceptsAKey) {
  EXPECT_EQ(WebSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, KnowsKeys) {
  for (const std::string_view key :
       {"dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "/+/+/+/+/+/+/+/+/+/+/w=="}) {
    EXPECT_TRUE(IsWebSocketKey(key)) << key;
  }
  for (const std::string_view key :
       {"", "==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZR==",  // bits that belong to no byte
        "dGhlIHNhbXBsZSBub25jZQ==a", "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBs-SBub25jZQ==", "dGhlIHNhbXBs SBub25jZQ=="}) {
    EXPECT_FALSE(IsWebSocketKey(key)) << key;
  }
}

}  // namespace
}  // namespace parley::test
