// chat_client at a terminal: replies, edits, reactions, polls, code and files with the real server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ChatClientMessages : public ::testing::Test {
 protected:
  ChatClientMessages() : server_({"--data", folder_.path() / "data"}), ben_(server_.port(), "Ben") {
    ben_.Join("lobby");
    Start();
  }
  void Start(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {PARLEY_CHAT_CLIENT, AddressOf(server_.port()), "--name", "Ana"});
    screen_ = std::make_unique<Screen>(
        options, Environment{{"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"}, {"INPUTRC", "/dev/null"}});
    screen_->Resize(120);
    screen_->WaitForLine("* lobby: ");
    screen_->WaitForPrompt(">");
  }
  // What Ana says next.
  Json Next() { return ben_.NextEvent("message"); }
  Json NextChange() { return ben_.NextEvent("message_changed"); }
  // What Ana said before is in the log for her, too, once she sees this.
  void BenSays(const std::string& text) {
    ben_.Say("lobby", text);
    screen_->WaitForLine("Ben: " + text);
    screen_->WaitForPrompt(">");
  }
  static std::string Contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  ServerProcess server_;
  LinePeer ben_;
  std::unique_ptr<Screen> screen_;
};

TEST_F(ChatClientMessages, RepliesShowTheirQuotedLine) {
  ben_.Say("lobby", "shall we begin?");
  screen_->WaitForLine("Ben: shall we begin?");
  screen_->Enter("/reply 1 yes");
  const Json reply = Next();
  EXPECT_EQ(reply["text"], "yes");
  EXPECT_EQ(reply["reply_to"], 1);
  ben_.Ask("message", {{"room", "lobby"}, {"text", "good"}, {"reply_to", 2}});
  screen_->WaitForLine("Ben answers \"Ana: yes\":");
  screen_->WaitForLine("    | good");
}

TEST_F(ChatClientMessages, EditsReactionsAndDeletionsAreQuietLines) {
  screen_->Enter("helo");
  EXPECT_EQ(Next()["text"], "helo");
  BenSays("hm?");
  screen_->Enter("/edit hello");
  EXPECT_EQ(NextChange()["text"], "hello");
  screen_->WaitForLine("* message 2 (yours: helo) is now: hello");
  ben_.Ask("react", {{"room", "lobby"}, {"seq", 1}, {"emoji", "\U0001F44D"}, {"on", true}});
  screen_->WaitForLine("1 on message 2 (yours: hello)");
  screen_->Enter("/react 2 \U0001F389");
  EXPECT_EQ(ben_.NextEvent("message_changed")["reactions"][0]["count"], 1);
  screen_->Enter("/delete");
  screen_->WaitForLine("* message 2 (yours: hello) was deleted");
}

TEST_F(ChatClientMessages, APollShowsBarsToEverybody) {
  screen_->Enter("/poll Lunch? | Soup | Rice");
  EXPECT_EQ(Next()["poll"]["question"], "Lunch?");
  screen_->WaitForLine("Ana asks: Lunch?");
  ben_.Ask("vote", {{"room", "lobby"}, {"seq", 1}, {"choices", Verbatim{"[1]"}}});
  screen_->WaitForLine("poll 1 (Lunch?): Soup 0, Rice 1");
  screen_->Enter("/vote 1 2");
  screen_->WaitForLine("#################### 2  2) Rice (your vote)");
  screen_->Enter("/close");
  screen_->WaitForLine("2 people have voted; the poll is closed");
}

TEST_F(ChatClientMessages, CodeAndFilesGoBothWays) {
  const fs::path code = folder_.path() / "a.py";
  std::ofstream(code) << "print(1)\n";
  screen_->Enter("/code " + code.string());
  EXPECT_EQ(Next()["text"], "```py\nprint(1)\n```");
  const fs::path picture = folder_.path() / "picture.bin";
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  std::ofstream(picture, std::ios::binary) << bytes;
  screen_->Enter("/send " + picture.string());
  const Json message = Next();
  EXPECT_EQ(message["file"]["name"], "picture.bin");
  EXPECT_EQ(message["file"]["size"], 300'000);
  BenSays("thanks");
  screen_->WaitForLine("* sent picture.bin");
  const fs::path copy = folder_.path() / "copy.bin";
  screen_->Enter("/get 2 " + copy.string());
  screen_->WaitForLine("* saved ");
  EXPECT_TRUE(Contents(copy) == bytes);
  screen_->WaitForPrompt(">");
  screen_->Enter("/get 2 " + copy.string());
  screen_->WaitForLine("! not saved: ");
}

TEST_F(ChatClientMessages, ASearchShowsWhatHasAllOfTheWordsWithItsNumbers) {
  for (const char* const text : {"a red apple", "a red herring", "green apples"}) {
    ben_.Say("lobby", text);
    screen_->WaitForLine(std::string("Ben: ") + text);
  }
  screen_->WaitForPrompt(">");
  screen_->Enter("/search red APPLE");
  screen_->WaitForLine("[3] ");
  const auto lines = screen_->WaitForPrompt(">");
  const auto found = std::ranges::find(lines, "> /search red APPLE");
  ASSERT_NE(found, lines.end());
  ASSERT_EQ(lines.end() - found, 3) << "the command, what was found, and the prompt";
  EXPECT_THAT(found[1], AllOf(StartsWith("[3] "), EndsWith(" Ben: a red apple")));
}

TEST_F(ChatClientMessages, NumbersAreShownWhereTheyAreWanted) {
  screen_.reset();
  ben_.Say("lobby", "first");
  Start({"--numbers"});
  screen_->WaitForLine("[#1] ");
  screen_->Enter("/reply #1 second");
  EXPECT_EQ(Next()["reply_to"], 1);
  screen_->Enter("/history");
  ben_.Say("lobby", "third");
  screen_->WaitForLine("[#3] ");
}

}  // namespace
}  // namespace parley::test
