// Raw and protocol peers in the lobby: bytes become messages, and messages become bytes.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

const std::string kReplacement = "\ufffd";

// Ana speaks the protocol, `speaker_` and `listener_` are raw, and all are known to be in the lobby.
class RawMixed : public testing::Test {
 protected:
  RawMixed() {
    ana_.Join("lobby");
    listener_.Send("1");
    ana_.NextEvent("message");
    speaker_.Send("2");
    ana_.NextEvent("message");
    EXPECT_EQ(listener_.ReceiveExactly(1), "2");
    EXPECT_EQ(speaker_.ReceiveExactly(1), "1");
  }
  // Sends and waits until the server has read it: what is sent next is another read.
  void SpeakOnce(std::string_view bytes) {
    speaker_.Send(bytes);
    EXPECT_EQ(listener_.ReceiveExactly(bytes.size()), bytes);
  }
  std::string NextText() { return ana_.NextEvent("message")["text"].Text(); }

  ServerProcess server_{{"--rate", "0"}};
  LinePeer ana_{server_.port(), "Ana"};
  RawPeer listener_{server_.port()};
  RawPeer speaker_{server_.port()};
};

TEST_F(RawMixed, AChunkIsAMessageOfItsGuest) {
  SpeakOnce("hello");
  const Json message = ana_.NextEvent("message");
  EXPECT_EQ(message["room"], "lobby");
  EXPECT_EQ(message["seq"], 3);
  EXPECT_EQ(message["text"], "hello");
  EXPECT_TRUE(message["from"]["name"].Text().starts_with("guest-"));
  EXPECT_FALSE(message.Has("id"));
  EXPECT_EQ(message["time"].Text().size(), 24U);
}

TEST_F(RawMixed, AMessageReachesRawPeersAsNameAndText) {
  ana_.Say("lobby", "hello");
  EXPECT_EQ(listener_.ReceiveThrough("\n"), "Ana: hello\n");
  ana_.Say("lobby", "two\nlines");
  EXPECT_EQ(listener_.ReceiveExactly(15), "Ana: two\nlines\n");
}

TEST_F(RawMixed, ChunksAndMessagesShareOneSequenceAndHistory) {
  EXPECT_EQ(ana_.Say("lobby", "three")["seq"], 3);
  EXPECT_EQ(listener_.ReceiveThrough("\n"), "Ana: three\n");
  SpeakOnce("four");
  EXPECT_EQ(ana_.NextEvent("message")["seq"], 4);
  EXPECT_EQ(ana_.Say("lobby", "five")["seq"], 5);
  const Json messages = LinePeer(server_.port(), "Ben").Join("lobby")["messages"];
  ASSERT_EQ(messages.size(), 5U);
  EXPECT_EQ(messages[2]["text"], "three");
  EXPECT_EQ(messages[3]["text"], "four");
  EXPECT_EQ(messages[4]["text"], "five");
}

TEST_F(RawMixed, OneNewlineAtTheEndIsDropped) {
  SpeakOnce("unix\n");
  EXPECT_EQ(NextText(), "unix");
  SpeakOnce("windows\r\n");
  EXPECT_EQ(NextText(), "windows");
  SpeakOnce("two\n\n");
  EXPECT_EQ(NextText(), "two\n");
  SpeakOnce("in the\nmiddle");
  EXPECT_EQ(NextText(), "in the\nmiddle");
}

TEST_F(RawMixed, AReadThatIsOnlyANewlineMakesNoMessage) {
  SpeakOnce("\n");
  SpeakOnce("\r\n");
  SpeakOnce("marker");
  const Json message = ana_.NextEvent("message");
  EXPECT_EQ(message["text"], "marker");
  EXPECT_EQ(message["seq"], 3);
}

TEST_F(RawMixed, ACharacterThatIsSplitAcrossReadsIsCarriedOver) {
  SpeakOnce("caf\xc3");
  EXPECT_EQ(NextText(), "caf");
  SpeakOnce("\xa9!");
  EXPECT_EQ(NextText(), "\u00e9!");
}

TEST_F(RawMixed, AReadThatIsOnlyTheBeginningOfACharacterMakesNoMessage) {
  for (const std::string_view byte : {"\xf0", "\x9f", "\x98"}) SpeakOnce(byte);
  SpeakOnce("\x80");
  const Json message = ana_.NextEvent("message");
  EXPECT_EQ(message["text"], "\U0001f600");
  EXPECT_EQ(message["seq"], 3);
}

TEST_F(RawMixed, TwoSpeakersBeginningsAreNotMixed) {
  SpeakOnce("\xc3");
  listener_.Send("x");
  EXPECT_EQ(NextText(), "x");
  SpeakOnce("\xa9");
  EXPECT_EQ(NextText(), "\u00e9");
}

TEST_F(RawMixed, InvalidBytesBecomeReplacementCharacters) {
  SpeakOnce(
      "a\xff"
      "b");
  EXPECT_EQ(NextText(), "a" + kReplacement + "b");
  SpeakOnce("a\xc3(");
  EXPECT_EQ(NextText(), "a" + kReplacement + "(");
  SpeakOnce("\xed\xa0\x80");
  EXPECT_EQ(NextText(), kReplacement + kReplacement + kReplacement);
}

TEST_F(RawMixed, NulBecomesAReplacementCharacterInAMessageOnly) {
  SpeakOnce(std::string_view("a\0b", 3));
  EXPECT_EQ(NextText(), "a" + kReplacement + "b");
}

TEST_F(RawMixed, AReadOfOver16KiBMakesSeveralMessagesCutBetweenCharacters) {
  std::string text;
  while (text.size() < 60'000) text += "x\u4eba\u00e9\U0001f600";
  SpeakOnce(text);
  std::string heard;
  int messages = 0;
  while (heard.size() < text.size()) {
    const std::string part = NextText();
    ASSERT_LE(part.size(), 16384U);
    heard += part;
    ++messages;
  }
  EXPECT_EQ(heard, text);
  EXPECT_GE(messages, 4);
}

TEST_F(RawMixed, ASpeakerHearsProtocolPeersAndNotItself) {
  SpeakOnce("mine");
  NextText();
  ana_.Say("lobby", "hers");
  EXPECT_EQ(speaker_.ReceiveThrough("\n"), "Ana: hers\n");
}

TEST_F(RawMixed, AGuestIsListedAmongTheMembers) {
  const Json joined = LinePeer(server_.port(), "Ben").Join("lobby");
  EXPECT_EQ(joined["count"], 4);
  EXPECT_EQ(joined["members"].size(), 4U);
}

TEST_F(RawMixed, ManyOfBothTalkAtOnceAndNothingIsLost) {
  std::vector<RawPeer> raws;
  std::vector<LinePeer> lines;
  for (int i = 0; i < 10; ++i) {
    raws.emplace_back(server_.port());
    lines.emplace_back(server_.port(), "line " + std::to_string(i)).Join("lobby");
  }
  std::size_t bytes = 0;
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < 10; ++i) {
      raws[i].Send("r");
      ++bytes;
      lines[i].Send("message", {{"room", "lobby"}, {"text", "m"}});
      bytes += std::string("line 0: m\n").size();
    }
  }
  const std::string heard = listener_.ReceiveExactly(bytes);
  EXPECT_EQ(std::count(heard.begin(), heard.end(), 'm'), 200);
  EXPECT_EQ(std::count(heard.begin(), heard.end(), 'r'), 200);
  std::size_t raw_bytes = 0;
  std::int64_t sequence = 2;
  for (int messages = 0; messages < 200 || raw_bytes < 200;) {
    const Json message = ana_.NextEvent("message");
    ASSERT_EQ(message["seq"], ++sequence);
    if (message["from"]["name"].Text().starts_with("guest-")) {
      raw_bytes += message["text"].Text().size();
    } else {
      ++messages;
    }
  }
  EXPECT_EQ(raw_bytes, 200U);
}

}  // namespace
}  // namespace parley::test
