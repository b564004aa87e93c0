// chat_client on a terminal: a real one (tmux), whose screen is looked at as a person would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ChatClientTerminal : public ::testing::Test {
 protected:
  ChatClientTerminal() : ben_(server_.port(), "Ben") { ben_.Join("lobby"); }

  // Ana, and her prompt is there.
  void Start(const std::vector<std::string>& options = {}, Environment environment = {}) {
    std::vector<std::string> command{PARLEY_CHAT_CLIENT, AddressOf(server_.port()), "--name", "Ana"};
    command.insert(command.end(), options.begin(), options.end());
    if (environment.empty())
      environment = {{"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"}, {"INPUTRC", "/dev/null"}};
    screen_ = std::make_unique<Screen>(command, environment);
    screen_->WaitForLine("* lobby: ");
    screen_->WaitForPrompt(">");
  }
  std::string NextText() { return ben_.NextEvent("message")["text"].Text(); }
  // Waits until the last line is `prompt`, and the one above it has `part` in it.
  void WaitAbove(const std::string& prompt, const std::string& part) {
    screen_->WaitFor([&](const std::vector<std::string>& lines) {
      return lines.size() >= 2 && lines.back() == prompt &&
             lines[lines.size() - 2].find(part) != std::string::npos;
    });
  }

  ServerProcess server_;
  LinePeer ben_;
  std::unique_ptr<Screen> screen_;
};

TEST_F(ChatClientTerminal, ThePromptStaysWholeWhenAMessageArrivesInTheMiddleOfTyping) {
  Start();
  screen_->Type("half a li");
  screen_->WaitForPrompt("> half a li");
  ben_.Say("lobby", "an interruption");
  const std::vector<std::string> lines = screen_->WaitForLine("an interruption");
  EXPECT_THAT(lines[lines.size() - 2], HasSubstr(" Ben: an interruption"));
  EXPECT_EQ(lines.back(), "> half a li");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "> half a li"), 1);
  screen_->Enter("ne");
  EXPECT_EQ(NextText(), "half a line");
  WaitAbove(">", "> half a line");
}

TEST_F(ChatClientTerminal, WideCharactersAreEditedAndRedrawnAsOne) {
  Start();
  screen_->Type("\u4f60\u597d\u4e16\u754c");
  screen_->WaitForPrompt("> \u4f60\u597d\u4e16\u754c");
  screen_->Press({"BSpace", "Left"});
  ben_.Say("lobby", "\u6253\u65ad");
  WaitAbove("> \u4f60\u597d\u4e16", "Ben: \u6253\u65ad");
  screen_->Type("\u5f88");
  screen_->WaitForPrompt("> \u4f60\u597d\u5f88\u4e16");
  screen_->Press({"Enter"});
  EXPECT_EQ(NextText(), "\u4f60\u597d\u5f88\u4e16");
}

TEST_F(ChatClientTerminal, WideCharactersWorkInAPlainLocaleToo) {
  Start({}, {{"LC_ALL", "C"}, {"INPUTRC", "/dev/null"}});
  screen_->Type("\u4f60\u597d");
  screen_->WaitForPrompt("> \u4f60\u597d");
  screen_->Press({"BSpace", "Enter"});
  EXPECT_EQ(NextText(), "\u4f60");
}

TEST_F(ChatClientTerminal, ALineOfSeveralRowsStaysWhole) {
  Start();
  const std::string text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
  screen_->Type(text);
  screen_->WaitForLine("fourteen");
  ben_.Say("lobby", "an interruption");
  const std::vector<std::string> lines = screen_->WaitForLine("an interruption");
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[lines.size() - 2] + lines.back(), "> " + text);
  EXPECT_THAT(lines[lines.size() - 3], HasSubstr("Ben: an interruption"));
  screen_->Press({"Enter"});
  EXPECT_EQ(NextText(), text);
}

TEST_F(ChatClientTerminal, TheTypedLineSurvivesAResizeOfTheWindow) {
  Start();
  screen_->Type("still here");
  screen_->WaitForPrompt("> still here");
  screen_->Resize(40);
  ben_.Say("lobby", "an interruption");
  WaitAbove("> still here", "an interruption");
  screen_->Press({"Enter"});
  EXPECT_EQ(NextText(), "still here");
}

TEST_F(ChatClientTerminal, TheNewestTwentyMessagesAreShownOnEntering) {
  for (int i = 1; i <= 25; ++i) ben_.Say("lobby", "message " + std::to_string(i) + ".");
  Start();
  const std::vector<std::string> lines = screen_->Lines();
  EXPECT_THAT(lines, Contains(HasSubstr("message 6.")));
  EXPECT_THAT(lines, Contains(HasSubstr("message 25.")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("message 5."))));
  screen_->Enter("/history 3");
  const std::vector<std::string> more = screen_->WaitForLine("* (more with /history)");
  EXPECT_THAT(more, Contains(HasSubstr("message 3.")));
}

TEST_F(ChatClientTerminal, ATakenNameIsSaidAndTheNextOneTried) {
  Start({"--name", "ben"});
  const std::vector<std::string> lines = screen_->Lines();
  EXPECT_THAT(lines,
              AllOf(Contains("* the name 'ben' is taken; trying 'ben-2'"), Contains("* you are ben-2")));
}

TEST_F(ChatClientTerminal, CompletesCommandsAndNames) {
  Start();
  screen_->Type("/unm");
  screen_->Press({"Tab"});
  screen_->WaitForPrompt("> /unmute");
  screen_->Press({"C-u"});
  screen_->Type("/msg be");
  screen_->Press({"Tab"});
  screen_->WaitForPrompt("> /msg Ben");
  screen_->Enter("psst");
  EXPECT_EQ(ben_.NextEvent("whisper")["text"], "psst");
}

TEST_F(ChatClientTerminal, CtrlCClearsTheLineAndOnAnEmptyOneLeaves) {
  Start();
  screen_->Type("never mind");
  screen_->WaitForPrompt("> never mind");
  screen_->Press({"C-c"});
  screen_->WaitForPrompt(">");
  screen_->Enter("sent");
  EXPECT_EQ(NextText(), "sent");
  screen_->Press({"C-c", "C-c"});
  EXPECT_EQ(screen_->WaitForExit(), 0);
  EXPECT_EQ(ben_.NextEvent("member_left")["reason"], "left");
}

TEST_F(ChatClientTerminal, CtrlDAndQuitLeave) {
  Start();
  screen_->Press({"C-d"});
  EXPECT_EQ(screen_->WaitForExit(), 0);
  EXPECT_EQ(ben_.NextEvent("member_left")["reason"], "left");
  Start();
  screen_->Enter("last words");
  screen_->Enter("/quit");
  EXPECT_EQ(screen_->WaitForExit(), 0);
  EXPECT_EQ(NextText(), "last words");
}

TEST_F(ChatClientTerminal, NothingOthersWroteReachesTheTerminalAsAControl) {
  Start();
  ben_.Say("lobby", "\033[2J\033]0;title\a\u009b31mboo\u202e");
  WaitAbove(">", "Ben: ^[[2J^[]0;title^G<U+009B>31mboo<U+202E>");
}

TEST_F(ChatClientTerminal, ColoursAreShownUnlessNoColorIsSet) {
  Start({}, {{"LC_ALL", "C.UTF-8"}});
  EXPECT_THAT(screen_->Lines(true), Contains(HasSubstr("\033[2m* connected")));
  screen_.reset();
  ben_.NextEvent("member_left");
  Start({}, {{"LC_ALL", "C.UTF-8"}, {"NO_COLOR", "1"}});
  for (const std::string& line : screen_->Lines(true)) EXPECT_THAT(line, Not(HasSubstr("\033")));
}

TEST_F(ChatClientTerminal, PresenceOfOthersIsShownAndTheUsersOwnIsNot) {
  Start();
  LinePeer cam(server_.port(), "Cam");
  cam.Join("lobby");
  WaitAbove(">", "* Cam joined");
  cam.Leave("lobby");
  screen_->WaitForLine("* Cam left");
  EXPECT_THAT(screen_->Lines(), Not(Contains("* Ana joined")));
}

TEST_F(ChatClientTerminal, MessagesOfAnotherRoomNameIt) {
  Start();
  screen_->Enter("/join dev");
  screen_->WaitForLine("* dev: 1 here");
  ben_.Say("lobby", "elsewhere");
  WaitAbove(">", "[lobby] Ben: elsewhere");
  ben_.Join("dev");
  screen_->Enter("to dev");
  EXPECT_EQ(ben_.NextEvent("message")["room"], "dev");
}

TEST_F(ChatClientTerminal, AnErrorOfTheServerIsToldInPlainWords) {
  Start();
  screen_->Enter("/kick Ben");
  screen_->WaitForLine("! /kick Ben: only hosts of the room and admins may do that");
  screen_->Enter("/nonsense");
  screen_->WaitForLine("! unknown command /nonsense");
}

TEST(ChatClientTerminalAlone, GoesOnTryingAndSaysSoOnce) {
  const std::uint16_t port = LastingPort();
  Screen screen({PARLEY_CHAT_CLIENT, AddressOf(port), "--name", "Ana"},
                {{"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"}});
  screen.WaitForLine("can't reach");
  screen.Enter("said without a server");
  const ServerProcess server({"--plain", AddressOf(port)});
  const std::vector<std::string> lines = screen.WaitForLine("* lobby: 1 here");
  int complaints = 0;
  for (const std::string& line : lines) complaints += line.find("can't reach") != std::string::npos ? 1 : 0;
  EXPECT_EQ(complaints, 1);
  screen.Enter("/quit");
  EXPECT_EQ(screen.WaitForExit(), 0);
  LinePeer ben(port, "Ben");
  EXPECT_EQ(ben.Join("lobby")["messages"][0]["text"], "said without a server");
}

TEST(ChatClientTerminalAlone, APasswordIsAskedForAndNotShown) {
  ServerProcess server;
  Screen screen({PARLEY_CHAT_CLIENT, AddressOf(server.port()), "--user", "ana"}, {{"LC_ALL", "C.UTF-8"}});
  screen.WaitForLine("Password of ana:");
  screen.Enter("secret");
  EXPECT_EQ(screen.WaitForExit(), 1);
  const std::vector<std::string> lines = screen.Lines();
  EXPECT_THAT(lines, Not(Contains(HasSubstr("secret"))));
  EXPECT_THAT(lines, Contains(HasSubstr("chat_client: the server does not know that name and password")));
}

}  // namespace
}  // namespace parley::test
