// chat_client and a waiting room: in front of the door in each mode, and as the host who opens it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

class ChatClientWaiting : public ::testing::Test {
 protected:
  std::vector<std::string> Command(const std::string& name) {
    return {PARLEY_CHAT_CLIENT, AddressOf(server_.port()), "--name", name, "--room", "class"};
  }
  std::unique_ptr<Screen> OnATerminal(const std::string& name) {
    return std::make_unique<Screen>(
        Command(name), Environment{{"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"}, {"INPUTRC", "/dev/null"}});
  }

  ServerProcess server_;
};

// Ben, who hosts a room where one has to wait.
class ChatClientOutside : public ChatClientWaiting {
 protected:
  ChatClientOutside() : ben_(server_.port(), "Ben") {
    ben_.Join("class");
    const Json reply = ben_.Ask("moderate", {{"room", "class"}, {"action", "waiting_room"}, {"value", "on"}});
    EXPECT_EQ(Outcome(reply), "ok");
  }

  // The one who waits, once there is one.
  Json WhoWaits() {
    while (true) {
      const Json waiting = ben_.NextEvent("waiting");
      if (waiting["people"].size() == 1) return waiting["people"][0];
    }
  }
  void Decide(const std::string& action) {
    const Json person = WhoWaits();
    const Json reply =
        ben_.Ask("moderate", {{"room", "class"}, {"action", action}, {"member", person["id"]}});
    EXPECT_EQ(Outcome(reply), "ok");
  }

  LinePeer ben_;
};

TEST_F(ChatClientOutside, APipeWaitsUntilItIsLetInAndSendsThen) {
  ChatClient ana(server_.port(), {"--name", "Ana", "--room", "class"});
  ana.Write("said early\n");
  EXPECT_EQ(ana.err().TakeLine(), "chat_client: waiting for a host to admit you to class");
  Decide("admit");
  EXPECT_EQ(ben_.NextEvent("message")["text"], "said early");
  ana.Write("said later\n");
  EXPECT_EQ(ana.Finish(), 0);
  EXPECT_EQ(ben_.NextEvent("message")["text"], "said later");
  EXPECT_EQ(ana.err().TakeAll(), "");
}

TEST_F(ChatClientOutside, APipeThatIsNotLetInFailsAndSaysSo) {
  ChatClient ana(server_.port(), {"--name", "Ana", "--room", "class"});
  ana.Write("never said\n");
  Decide("refuse");
  EXPECT_EQ(ana.WaitForExit(), 1);
  EXPECT_EQ(ana.err().TakeAll(),
            "chat_client: waiting for a host to admit you to class\n"
            "chat_client: a host did not admit you to class\n");
}

TEST_F(ChatClientOutside, AScriptsLinesAreKeptUntilItIsLetIn) {
  ChatClient bot(server_.port(), {"--json", "--name", "bot", "--room", "class"});
  bot.Write(R"({"type":"message","room":"class","text":"from a script","ref":"m1"})"
            "\n");
  bot.out().TakeLineWith(R"("code":"waiting")");
  Decide("admit");
  bot.out().TakeLineWith(R"("type":"admission")");
  bot.out().TakeLineWith(R"("type":"joined")");
  EXPECT_EQ(ben_.NextEvent("message")["text"], "from a script");
  EXPECT_EQ(bot.Finish(), 0);
}

TEST_F(ChatClientOutside, OnATerminalOneMayAskAgain) {
  const auto screen = OnATerminal("Ana");
  screen->WaitForLine("* waiting for a host to admit you to class");
  Decide("refuse");
  screen->WaitForLine("! a host did not admit you to class");
  screen->Enter("/join class");
  Decide("admit");
  screen->WaitForLine("* class: 2 here, with a waiting room");
  screen->Enter("thanks");
  EXPECT_EQ(ben_.NextEvent("message")["text"], "thanks");
}

TEST_F(ChatClientOutside, APersonWhoLeavesOnATerminalNoLongerWaits) {
  const auto screen = OnATerminal("Ana");
  EXPECT_EQ(WhoWaits()["name"], "Ana");
  screen->WaitForLine("waiting");
  screen->Enter("/leave");
  EXPECT_EQ(ben_.NextEvent("waiting")["people"].size(), 0U);
  screen->WaitForLine("* you left class");
}

TEST_F(ChatClientWaiting, AHostSeesWhoWaitsAndDecides) {
  const auto screen = OnATerminal("Ana");
  screen->WaitForLine("* class: 1 here");
  screen->Enter("/waiting on");
  screen->WaitForLine("* the waiting room is on: people who join wait for a host");
  LinePeer cam(server_.port(), "Cam"), dan(server_.port(), "Dan");
  EXPECT_EQ(Outcome(cam.Ask("join", {{"room", "class"}})), "waiting");
  EXPECT_EQ(Outcome(dan.Ask("join", {{"room", "class"}})), "waiting");
  screen->WaitForLine("* Cam is waiting to join: /admit or /refuse");
  screen->WaitForLine("* Dan is waiting to join: /admit or /refuse");
  screen->Type("/adm");
  screen->Press({"Tab"});
  screen->WaitForPrompt("> /admit");
  screen->Type("ca");
  screen->Press({"Tab", "Enter"});
  EXPECT_TRUE(cam.NextEvent("admission")["admitted"].Flag());
  EXPECT_EQ(Outcome(cam.Join("class")), "joined");
  screen->WaitForLine("* Cam joined");
  screen->Enter("/refuse Dan");
  EXPECT_FALSE(dan.NextEvent("admission")["admitted"].Flag());
  screen->Enter("/waiting off");
  screen->WaitForLine("* the waiting room is off now");
  EXPECT_EQ(Outcome(dan.Join("class")), "joined");
}

}  // namespace
}  // namespace parley::test
