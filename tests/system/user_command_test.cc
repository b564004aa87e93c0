// chat_server user: accounts are made, changed and removed, also while a server runs on their folder.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class UserCommand : public ::testing::Test {
 protected:
  Ending User(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "user");
    arguments.insert(arguments.end(), {"--data", data_});
    return RunCommand(arguments, input);
  }
  void Add(const std::string& name, const std::string& password) {
    const Ending ending = User({"add", name}, password + "\n");
    ASSERT_EQ(ending.status, 0) << ending.err;
  }
  // The one line that says why it failed.
  std::string Fails(const std::vector<std::string>& arguments, const std::string& input = "",
                    int status = 1) {
    const Ending ending = User(arguments, input);
    EXPECT_EQ(ending.status, status) << ending.err;
    EXPECT_EQ(ending.out, "");
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
    EXPECT_THAT(ending.err, StartsWith("chat_server: "));
    return ending.err;
  }
  static Json LogIn(LinePeer& peer, const std::string& user, const std::string& password) {
    return peer.Greet({{"protocol", 1}, {"user", user}, {"password", password}});
  }
  static std::string LogIn(const KeepingServer& server, const std::string& user,
                           const std::string& password) {
    LinePeer peer(server.port());
    return Outcome(LogIn(peer, user, password));
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
};

TEST_F(UserCommand, TheListHasNameRoleAndTime) {
  EXPECT_EQ(User({"add", "Zoë"}, "secret\n").status, 0);
  EXPECT_EQ(User({"add", "Ana Maria", "--role", "admin"}, "secret\n").status, 0);
  const Ending list = User({"list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.out, MatchesRegex("Ana Maria\tadmin\t20[-0-9T:.]+Z\nZoë\tmember\t20[-0-9T:.]+Z\n"));
  EXPECT_EQ(list.err, "");
}

TEST_F(UserCommand, NothingSaysAWordWhenItIsDone) {
  for (const auto& arguments :
       {std::vector<std::string>{"add", "ana"}, {"password", "ana"}, {"remove", "ana"}}) {
    const Ending ending = User(arguments, "secret\n");
    EXPECT_EQ(ending.status, 0);
    EXPECT_EQ(ending.out + ending.err, "");
  }
  EXPECT_EQ(User({"list"}).out, "");
}

TEST_F(UserCommand, AFailureIsReportedInOneLine) {
  Add("ana", "secret");
  Add("guest-house", "secret");
  EXPECT_THAT(Fails({"add", "ANA"}, "x\n"), HasSubstr("already"));
  EXPECT_THAT(Fails({"password", "ben"}, "x\n"), HasSubstr("no account 'ben'"));
  EXPECT_THAT(Fails({"remove", "ben"}), HasSubstr("no account 'ben'"));
  EXPECT_THAT(Fails({"add", "ben"}, ""), HasSubstr("no password"));
  EXPECT_THAT(Fails({"add", "ben"}, "\n"), HasSubstr("empty"));
  EXPECT_THAT(Fails({"add", "ben"}, std::string(257, 'x') + "\n"), HasSubstr("256"));
  EXPECT_THAT(Fails({"add", "ben"}, "\xff\xfe\n"), HasSubstr("UTF-8"));
  EXPECT_THAT(Fails({"add", " ben"}, "x\n", 2), HasSubstr("name"));
  EXPECT_THAT(Fails({"add", "Guest-7"}, "x\n", 2), HasSubstr("another name"));
  EXPECT_THAT(Fails({"add", "b\ne\nn"}, "x\n", 2), HasSubstr("name"));
  EXPECT_THAT(User({"list"}).out, AllOf(StartsWith("ana\t"), Not(HasSubstr("ben"))));
}

TEST_F(UserCommand, AFolderThatIsNotThereIsMadeByAddOnly) {
  for (const auto& arguments : {std::vector<std::string>{"list"}, {"password", "ana"}, {"remove", "ana"}}) {
    EXPECT_THAT(Fails(arguments, "x\n"), HasSubstr(data_));
  }
  Add("ana", "secret");
}

TEST_F(UserCommand, ADamagedDatabaseIsSaidSo) {
  Add("ana", "secret");
  std::ofstream(data_ + "/accounts.db") << std::string(8192, 'x');
  EXPECT_THAT(Fails({"list"}), AllOf(HasSubstr("accounts.db"), HasSubstr("damaged")));
}

TEST_F(UserCommand, ThePasswordIsTheFirstLineAsItStands) {
  Add("ana", " two words ");
  ASSERT_EQ(User({"add", "ben"}, "of\tdos\r\nignored\n").status, 0);
  ASSERT_EQ(User({"add", "cem"}, std::string(256, 'x')).status, 0);
  const KeepingServer server(data_);
  EXPECT_EQ(LogIn(server, "ana", " two words "), "welcome");
  EXPECT_EQ(LogIn(server, "ana", "two words"), "bad_credentials");
  EXPECT_EQ(LogIn(server, "ben", "of\tdos"), "welcome");
  EXPECT_EQ(LogIn(server, "cem", std::string(256, 'x')), "welcome");
}

TEST_F(UserCommand, ARunningServerKnowsAtOnce) {
  const KeepingServer server(data_);
  EXPECT_EQ(LogIn(server, "ana", "secret"), "bad_credentials");
  ASSERT_EQ(User({"add", "Ana", "--role", "admin"}, "secret\n").status, 0);
  LinePeer ana(server.port());
  const Json welcome = LogIn(ana, "ana", "secret");
  EXPECT_EQ(welcome["name"], "Ana");
  EXPECT_EQ(welcome["role"], "admin");
  LinePeer guest(server.port());
  EXPECT_EQ(Outcome(guest.Hello("ana")), "name_taken");

  ASSERT_EQ(User({"password", "ana"}, "other\n").status, 0);
  EXPECT_EQ(LogIn(server, "ana", "secret"), "bad_credentials");
  EXPECT_EQ(LogIn(server, "ana", "other"), "welcome");
  ASSERT_EQ(User({"remove", "ana"}).status, 0);
  EXPECT_EQ(LogIn(server, "ana", "other"), "bad_credentials");
}

TEST_F(UserCommand, ANewPasswordAndTheRemovalEndTheAccountsTokens) {
  Add("ana", "secret");
  const KeepingServer server(data_);
  const auto token_of = [&](const std::string& password) {
    LinePeer peer(server.port());
    LogIn(peer, "ana", password);
    return peer.token();
  };
  const auto outcome = [&](const std::string& token) {
    LinePeer peer(server.port());
    return Outcome(peer.HelloWithToken(token));
  };
  const std::string first = token_of("secret");
  EXPECT_EQ(outcome(first), "welcome");
  ASSERT_EQ(User({"password", "ana"}, "other\n").status, 0);
  EXPECT_EQ(outcome(first), "bad_credentials");
  const std::string second = token_of("other");
  ASSERT_EQ(User({"remove", "ana"}).status, 0);
  Add("ana", "other");
  EXPECT_EQ(outcome(second), "bad_credentials");
}

TEST_F(UserCommand, ATokenOutlivesTheServer) {
  Add("ana", "secret");
  std::string token;
  {
    const KeepingServer server(data_);
    LinePeer peer(server.port());
    LogIn(peer, "ana", "secret");
    token = peer.token();
  }
  const KeepingServer server(data_);
  LinePeer peer(server.port());
  EXPECT_EQ(peer.HelloWithToken(token)["name"], "ana");
}

// --- On a terminal ---

TEST_F(UserCommand, OnATerminalThePasswordIsAskedForTwiceAndNotShown) {
  {
    Screen screen({ChatServerPath(), "user", "add", "ana", "--data", data_}, {});
    screen.WaitForLine("New password for ana:");
    screen.Enter("secret");
    screen.WaitForLine("Once more:");
    screen.Enter("secret");
    EXPECT_EQ(screen.WaitForExit(), 0);
    EXPECT_THAT(screen.Lines(), Not(Contains(HasSubstr("secret"))));
  }
  const KeepingServer server(data_);
  EXPECT_EQ(LogIn(server, "ana", "secret"), "welcome");
}

TEST_F(UserCommand, OnATerminalASecondPasswordThatDiffersChangesNothing) {
  Screen screen({ChatServerPath(), "user", "add", "ana", "--data", data_}, {});
  screen.WaitForLine("New password for ana:");
  screen.Enter("secret");
  screen.WaitForLine("Once more:");
  screen.Enter("secrets");
  EXPECT_EQ(screen.WaitForExit(), 1);
  EXPECT_EQ(User({"list"}).out, "");
}

TEST_F(UserCommand, OnATerminalItCanBeGivenUp) {
  Screen screen({ChatServerPath(), "user", "add", "ana", "--data", data_}, {});
  screen.WaitForLine("New password for ana:");
  screen.Press({"C-c"});
  EXPECT_EQ(screen.WaitForExit(), 1);
  EXPECT_EQ(User({"list"}).out, "");
}

}  // namespace
}  // namespace parley::test
