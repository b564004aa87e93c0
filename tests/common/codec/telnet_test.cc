#include "common/codec/telnet.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/base/limits.h"

namespace parley {
namespace {

using std::string_literals::operator""s;

void ExpectTelnet(const std::string& read, const std::string& text, const std::string& replies) {
  const TelnetRead decoded = DecodeTelnet(read);
  EXPECT_EQ(decoded.status, TelnetRead::Status::kTelnet) << testing::PrintToString(read);
  EXPECT_EQ(decoded.text, text) << testing::PrintToString(read);
  EXPECT_EQ(decoded.replies, replies) << testing::PrintToString(read);
}

void ExpectPlain(const std::string& read) {
  const TelnetRead decoded = DecodeTelnet(read);
  EXPECT_EQ(decoded.status, TelnetRead::Status::kPlain) << testing::PrintToString(read);
  EXPECT_EQ(decoded.text + decoded.replies, "");
}

TEST(TelnetTest, CtrlCIsCommandsOnlyAndItsTimingMarkIsRefused) {
  ExpectTelnet("\xFF\xF4\xFF\xFD\x06", "", "\xFF\xFC\x06");
}

TEST(TelnetTest, CommandsMayStandBeforeTheTextAfterItOrBoth) {
  ExpectTelnet("\xFF\xFD\x03hello\r\n", "hello\r\n", "\xFF\xFC\x03");
  ExpectTelnet("hello\r\n\xFF\xFB\x1F", "hello\r\n", "\xFF\xFE\x1F");
  ExpectTelnet("\xFF\xF6hello\xFF\xF9", "hello", "");
}

TEST(TelnetTest, DoGetsWontAndWillGetsDontAndAnswersGetNone) {
  ExpectTelnet("\xFF\xFD\x01\xFF\xFB\x18\xFF\xFC\x01\xFF\xFE\x18", "", "\xFF\xFC\x01\xFF\xFE\x18");
}

TEST(TelnetTest, EachOptionIsAnsweredOnceARead) {
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "\xFF\xFD\x06\xFF\xFB\x06";
  ExpectTelnet(many, "", "\xFF\xFC\x06\xFF\xFE\x06");
}

TEST(TelnetTest, ASubnegotiationIsTakenOutWhole) {
  ExpectTelnet("\xFF\xFA\x18\x00xterm\xFF\xF0ok"s, "ok", "");
  ExpectTelnet("\xFF\xFA\x1F\x00\xFF\xFF\x00\x18\xFF\xF0"s, "", "");
}

TEST(TelnetTest, ReturnAndNulIsANewline) {
  ExpectTelnet("\xFF\xF1howdy\r\0"s, "howdy\n", "");
  ExpectTelnet("one\r\0two\r\n\xFF\xF1"s, "one\ntwo\r\n", "");
  EXPECT_EQ(WithoutCrNul("howdy\r\0"s), "howdy\n");
  EXPECT_EQ(WithoutCrNul("\r\0\r\0\0\r"s), "\n\n\0\r"s);
}

TEST(TelnetTest, TextInAnyLanguageIsText) {
  ExpectTelnet("caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD\t\a\b\r\n\xFF\xF4",
               "caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD\t\a\b\r\n", "");
}

TEST(TelnetTest, WithoutCommandsItIsPlain) {
  for (const std::string& read : {""s, "hello\r\n"s, "howdy\r\0"s, "\0"s, "\xFE\x01"s}) ExpectPlain(read);
}

TEST(TelnetTest, CommandsInTheMiddleAreBytes) {
  ExpectPlain(
      "before\xFF\xF4"
      "after");
  ExpectPlain(
      "\xFF\xF4"
      "before\xFF\xF4"
      "after");
}

TEST(TelnetTest, BinaryDataIsLeftAloneEvenBesideCommands) {
  for (const std::string& rest :
       {"a\0b"s, "\x01\x02"s, "caf\xE9"s, "\x1B[2J"s, "\x7F"s, "\0"s, "half \xC3"s}) {
    ExpectPlain("\xFF\xF4" + rest);
    ExpectPlain(rest + "\xFF\xF4");
  }
}

TEST(TelnetTest, InvalidCommandsAreLeftAsBytes) {
  ExpectPlain("\xFF\xFFhello");              // data
  ExpectPlain("\xFF\xF0hello");              // the end of what never began
  ExpectPlain("\xFF\x41hello");              // no command at all
  ExpectPlain("\xFF\xFD\xFF\xFDhello");      // no such option
  ExpectPlain("\xFF\xD8\xFF\xE0\x00JFIF"s);  // a picture
  ExpectPlain("\xFF\xFB\x90\x44\x00"s);      // a song
  ExpectPlain("\xFF\xFEh\0i\0"s);            // UTF-16
}

TEST(TelnetTest, ACommandThatIsCutNeedsMore) {
  const std::string read = "ok\r\n\xFF\xFD\x06\xFF\xFA\x18\x00xterm\xFF\xF0"s;
  ExpectTelnet(read, "ok\r\n", "\xFF\xFC\x06");
  for (std::size_t size = 0; size < read.size(); ++size) {
    const TelnetRead::Status status = DecodeTelnet(read.substr(0, size)).status;
    if (size <= 4) {
      EXPECT_EQ(status, TelnetRead::Status::kPlain) << size;
    } else if (size == 7) {
      EXPECT_EQ(status, TelnetRead::Status::kTelnet) << size;
    } else {
      EXPECT_EQ(status, TelnetRead::Status::kNeedMore) << size;
    }
  }
}

TEST(TelnetTest, ASubnegotiationWithoutAnEndIsBytes) {
  std::string read = "\xFF\xFA\x18";
  read.resize(limits::kTelnetCommandBytes - 2, 'x');
  EXPECT_EQ(DecodeTelnet(read).status, TelnetRead::Status::kNeedMore);
  ExpectTelnet(read + "\xFF\xF0", "", "");
  ExpectPlain(read + "x\xFF\xF0");
  ExpectPlain(read + "xxx");
}

}  // namespace
}  // namespace parley
