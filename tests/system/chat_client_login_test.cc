// chat_client with an account or a token: coming in, coming back, and what it says where it may not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/system/chat_client_process.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class ChatClientLogin : public ::testing::Test {
 protected:
  ChatClientLogin() {
    User({"add", "ana"}, "secret");
    Start(LastingPort());
  }

  void User(std::vector<std::string> arguments, const std::string& password) {
    arguments.insert(arguments.begin(), "user");
    arguments.insert(arguments.end(), {"--data", data_});
    const Ending ending = RunCommand(arguments, password + "\n");
    ASSERT_EQ(ending.status, 0) << ending.err;
  }
  std::string Token(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "token");
    arguments.insert(arguments.end(), {"--data", data_});
    return RunCommand(arguments).out;
  }
  void Start(std::uint16_t port) {
    server_ = std::make_unique<ServerProcess>(
        std::vector<std::string>{"--data", data_, "--tls", "off", "--plain", AddressOf(port)});
  }
  // On the same port again; meanwhile something happens to its folder.
  void Restart(const std::function<void()>& meanwhile) {
    const std::uint16_t port = server_->port();
    server_->process().Signal(SIGKILL);
    server_->process().WaitForExit();
    meanwhile();
    Start(port);
  }
  // A file beside the data folder, and its path.
  std::string File(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path() / name) << content;
    return folder_.path() / name;
  }
  std::unique_ptr<ChatClient> Client(const std::vector<std::string>& options) {
    return std::make_unique<ChatClient>(server_->port(), options);
  }
  std::unique_ptr<Screen> OnATerminal(const std::vector<std::string>& options) {
    std::vector<std::string> command{PARLEY_CHAT_CLIENT, AddressOf(server_->port())};
    command.insert(command.end(), options.begin(), options.end());
    return std::make_unique<Screen>(command, Environment{{"NO_COLOR", "1"}, {"LC_ALL", "C.UTF-8"}});
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
  std::string password_file_ = File("password", "secret\nnot the second line\n");
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(ChatClientLogin, AnAccountSignsInByItsPasswordFile) {
  LinePeer ben(server_->port(), "Ben");
  ben.Join("lobby");
  const auto ana = Client({"--user", "ana", "--password-file", password_file_});
  ana->Write("hello\n");
  const Json member = ben.NextEvent("member_joined")["member"];
  EXPECT_EQ(member["name"], "ana");
  EXPECT_EQ(member["role"], "member");
  EXPECT_EQ(ben.NextEvent("message")["text"], "hello");
  EXPECT_EQ(ana->Finish(), 0);
  EXPECT_EQ(ana->err().TakeAll(), "");
}

TEST_F(ChatClientLogin, ThePasswordIsAskedForOnATerminalAndNotShown) {
  const auto screen = OnATerminal({"--user", "ana"});
  screen->WaitForLine("Password of ana:");
  screen->Enter("secret");
  const std::vector<std::string> lines = screen->WaitForLine("* you are ana");
  EXPECT_THAT(lines, Not(Contains(HasSubstr("secret"))));
  screen->WaitForPrompt(">");
  screen->Enter("/quit");
  EXPECT_EQ(screen->WaitForExit(), 0);
}

TEST_F(ChatClientLogin, APasswordThatIsNotGivenIsNotWaitedForAgain) {
  const auto screen = OnATerminal({"--user", "ana"});
  screen->WaitForLine("Password of ana:");
  screen->Press({"C-d"});
  EXPECT_EQ(screen->WaitForExit(), 2);
  EXPECT_THAT(screen->Lines(), Contains(HasSubstr("no password was given")));
}

TEST_F(ChatClientLogin, AWrongPasswordIsTheEndInEveryMode) {
  const std::string wrong = File("wrong", "guess\n");
  const std::string words = "the server does not know that name and password; try again";
  const auto pipe = Client({"--user", "ana", "--password-file", wrong});
  EXPECT_EQ(pipe->WaitForExit(), 1);
  EXPECT_EQ(pipe->err().TakeAll(), "chat_client: " + words + "\n");
  const auto json = Client({"--json", "--user", "nobody", "--password-file", wrong});
  EXPECT_EQ(json->WaitForExit(), 1);
  EXPECT_EQ(json->err().TakeAll(), "chat_client: " + words + "\n");
  const auto screen = OnATerminal({"--user", "ana", "--password-file", wrong});
  EXPECT_EQ(screen->WaitForExit(), 1);
  EXPECT_THAT(screen->Lines(), Contains(HasSubstr("does not know that name and password")));
}

TEST_F(ChatClientLogin, ComesBackToItsAccountAndAChangedPasswordIsTheEnd) {
  LinePeer ben(server_->port(), "Ben");
  ben.Join("lobby");
  const auto ana = Client({"--user", "ana", "--password-file", password_file_});
  ben.NextEvent("member_joined");
  Restart([] {});
  LinePeer cam(server_->port(), "Cam");
  cam.Join("lobby");
  ana->Write("still here\n");
  EXPECT_EQ(cam.NextEvent("message")["from"]["name"], "ana");
  Restart([&] { User({"password", "ana"}, "another"); });
  EXPECT_EQ(ana->WaitForExit(), 1);
  // Where the server takes long to start, the client says before that it waits.
  EXPECT_THAT(ana->err().TakeAll(),
              EndsWith("chat_client: the server no longer takes the password of 'ana'; start again with the "
                       "new one\n"));
}

TEST_F(ChatClientLogin, OnATerminalAChangedPasswordIsTheEndToo) {
  const auto screen = OnATerminal({"--user", "ana", "--password-file", password_file_});
  screen->WaitForLine("* lobby: 1 here");
  Restart([&] { User({"password", "ana"}, "another"); });
  EXPECT_EQ(screen->WaitForExit(), 1);
  EXPECT_THAT(screen->Lines(), Contains(HasSubstr("no longer takes the password")));
}

TEST_F(ChatClientLogin, AnInvitationJoinsUnderItsNameAndRole) {
  LinePeer ben(server_->port(), "Ben");
  ben.Join("class");
  const auto cam = Client({"--token-file", File("token", Token({"Cam", "--role", "host", "--room", "class"})),
                           "--room", "class"});
  const Json member = ben.NextEvent("member_joined")["member"];
  EXPECT_EQ(member["name"], "Cam");
  EXPECT_EQ(member["role"], "host");
  EXPECT_EQ(cam->Finish(), 0);
}

TEST_F(ChatClientLogin, AnExpiredOrRevokedTokenIsReported) {
  const std::string invitation = File("token", Token({"Cam"}));
  const auto cam = Client({"--token-file", invitation, "--json"});
  cam->out().TakeLineWith("joined");
  Restart([&] { User({"add", "cam"}, "secret"); });  // which ends the invitation
  EXPECT_EQ(cam->WaitForExit(), 1);
  EXPECT_THAT(cam->err().TakeAll(),
              EndsWith("chat_client: the token is no longer valid; ask for a new one\n"));
  const auto again = Client({"--token-file", invitation});
  EXPECT_EQ(again->WaitForExit(), 1);
  EXPECT_EQ(again->err().TakeAll(),
            "chat_client: the token is not valid, or no longer valid; ask for a new one\n");
}

TEST_F(ChatClientLogin, ATokenOfAnotherRoomOpensNoOther) {
  const auto cam = Client({"--token-file", File("token", Token({"Cam", "--room", "class"}))});
  EXPECT_EQ(cam->WaitForExit(), 1);
  EXPECT_EQ(cam->err().TakeAll(), "chat_client: can't join lobby: your token is for another room\n");
}

TEST_F(ChatClientLogin, AFileWithoutASecretIsUnusable) {
  const std::string empty = File("empty", "\n");
  for (const auto& options : {std::vector<std::string>{"--user", "ana", "--password-file", empty},
                              {"--user", "ana", "--password-file", "/nonexistent"},
                              {"--token-file", empty}}) {
    const auto client = Client(options);
    EXPECT_EQ(client->WaitForExit(), 2);
    EXPECT_THAT(client->err().TakeAll(), HasSubstr("write it into the first line"));
  }
}

}  // namespace
}  // namespace parley::test
