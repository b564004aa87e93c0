// chat_server token, and the tokens of a portal (--jwt-key): who comes in with them, as what, and where.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TokenCommand : public ::testing::Test {
 protected:
  Ending Token(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "token");
    arguments.insert(arguments.end(), {"--data", data_});
    return RunCommand(arguments);
  }
  std::string Minted(const std::vector<std::string>& arguments) {
    Ending ending = Token(arguments);
    EXPECT_EQ(ending.status, 0) << ending.err;
    EXPECT_TRUE(IsOneLine(ending.out)) << ending.out;
    if (!ending.out.empty()) ending.out.pop_back();
    return ending.out;
  }
  std::string Fails(const std::vector<std::string>& arguments, int status) {
    const Ending ending = Token(arguments);
    EXPECT_EQ(ending.status, status);
    EXPECT_EQ(ending.out, "");
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
    EXPECT_THAT(ending.err, StartsWith("chat_server: "));
    return ending.err;
  }
  // A file beside the data folder, and its path.
  std::string File(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path() / name) << content;
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
};

TEST_F(TokenCommand, LetsSomebodyInUnderItsNameAndRole) {
  const KeepingServer server(data_);
  LinePeer ana(server.port());
  const Json welcome = ana.HelloWithToken(Minted({"Ana", "--role", "admin"}));
  EXPECT_EQ(welcome["name"], "Ana");
  EXPECT_EQ(welcome["role"], "admin");
  LinePeer ben(server.port());
  EXPECT_EQ(ben.HelloWithToken(Minted({"Ben"}))["role"], "member");
}

TEST_F(TokenCommand, MayBeMintedBeforeTheServerStarts) {
  const std::string token = Minted({"Ana"});
  const KeepingServer server(data_);
  LinePeer ana(server.port());
  EXPECT_EQ(Outcome(ana.HelloWithToken(token)), "welcome");
}

TEST_F(TokenCommand, WithARoomItIsForbiddenElsewhere) {
  const KeepingServer server(data_);
  LinePeer ana(server.port());
  ana.HelloWithToken(Minted({"Ana", "--room", "Blue Room"}));
  EXPECT_EQ(Outcome(ana.Join("lobby")), "forbidden");
  EXPECT_EQ(Outcome(ana.Join("blue room")), "joined");
  LinePeer again(server.port());
  again.HelloWithToken(ana.token());
  EXPECT_EQ(Outcome(again.Join("lobby")), "forbidden") << "coming back opens no other";
}

TEST_F(TokenCommand, IsGoodOnItsOwnServerOnly) {
  const KeepingServer server(folder_.path() / "other");
  LinePeer ana(server.port());
  EXPECT_EQ(Outcome(ana.HelloWithToken(Minted({"Ana"}))), "bad_credentials");
}

TEST_F(TokenCommand, AFailureIsReportedInOneLine) {
  EXPECT_THAT(Fails({" Ana"}, 2), HasSubstr("name"));
  EXPECT_THAT(Fails({"Ana", "--room", "a/b"}, 2), HasSubstr("'a/b'"));
  EXPECT_THAT(Fails({"Ana", "--ttl", "soon"}, 2), HasSubstr("--ttl"));
  ASSERT_EQ(RunCommand({"user", "add", "ana", "--data", data_}, "secret\n").status, 0);
  EXPECT_THAT(Fails({"Ana"}, 1), HasSubstr("account"));
  std::ofstream(data_ + "/token.key") << "short";
  EXPECT_THAT(Fails({"Ben"}, 1), HasSubstr("token.key"));
}

// --- Explained ---

TEST_F(TokenCommand, CheckExplainsAnInvitationBesideARunningServer) {
  const KeepingServer server(data_);
  const std::string token = Minted({"Zoë", "--role", "host", "--room", "Room 7", "--ttl", "2d"});
  for (const std::string& text : {token + "\n", "\xEF\xBB\xBF  " + token + "\r\n",
                                  "https://chat.example:8443/room/Room%207#token=" + token}) {
    const Ending checked = Token({"--check", File("token", text)});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("kind   an invitation of this server\n"));
    EXPECT_THAT(checked.out, HasSubstr("name   Zoë\nrole   host\nroom   Room 7, and no other\nuntil  20"));
    EXPECT_THAT(checked.out, HasSubstr("\ntaken  yes\n"));
    EXPECT_THAT(checked.out, Not(HasSubstr(token)));
  }
  EXPECT_EQ(RunCommand({"token", "--check", "-", "--data", data_}, token + "\n").status, 0);
}

TEST_F(TokenCommand, CheckNamesTheClaimThatIsWrong) {
  const std::string token = Minted({"Ana"});
  const auto check = [&](const std::string& text, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--check", File("token", text)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ending checked = Token(arguments);
    EXPECT_EQ(checked.status, 1) << checked.out;
    EXPECT_EQ(checked.err, "");
    EXPECT_THAT(checked.out, Not(HasSubstr(text)));
    return checked.out;
  };
  EXPECT_THAT(check("no token"), HasSubstr("taken  no: form: "));
  std::string forged = token;
  forged[forged.size() - 2] = forged[forged.size() - 2] == 'A' ? 'B' : 'A';
  EXPECT_THAT(check(forged), HasSubstr("name   Ana\n"));
  EXPECT_THAT(check(forged), HasSubstr("taken  no: signature: the server's key did not make it"));
  EXPECT_THAT(check(forged, {"--jwt-key", File("portal.secret", std::string(40, 's'))}),
              HasSubstr("neither the server's key nor the portal's made it"));
  ASSERT_EQ(RunCommand({"user", "add", "ana", "--data", data_}, "secret\n").status, 0);
  EXPECT_THAT(check(token), HasSubstr("taken  no: sub: the name now belongs to an account"));
}

TEST_F(TokenCommand, CheckKnowsTheTokensToComeBackWith) {
  ASSERT_EQ(RunCommand({"user", "add", "ana", "--data", data_}, "secret\n").status, 0);
  const KeepingServer server(data_);
  LinePeer ana(server.port());
  const std::string of_account =
      ana.Ask("hello", {{"protocol", 1}, {"user", "ana"}, {"password", "secret"}})["token"].Text();
  LinePeer ben(server.port(), "Ben");
  const std::string of_guest = ben.token();
  const Ending account = Token({"--check", File("token", of_account)});
  EXPECT_EQ(account.status, 0) << account.out;
  EXPECT_THAT(account.out, HasSubstr("made by this server, so that an account stays signed in"));
  EXPECT_THAT(Token({"--check", File("token", of_guest)}).out,
              HasSubstr("made by this server, so that a guest keeps the name"));
  ASSERT_EQ(RunCommand({"user", "password", "ana", "--data", data_}, "another\n").status, 0);
  EXPECT_THAT(Token({"--check", File("token", of_account)}).out,
              HasSubstr("taken  no: gen: the password of the account was changed after this token was made"));
}

TEST_F(TokenCommand, CheckSaysInOneLineWhatItCannotRead) {
  EXPECT_THAT(Fails({"--check", File("token", "x")}, 1), HasSubstr("there is no data folder"));
  Minted({"Ana"});
  EXPECT_THAT(Fails({"--check", "/nowhere/at/all"}, 1), HasSubstr("/nowhere/at/all can't be read"));
  EXPECT_THAT(Fails({"--check", folder_.path().string()}, 1), HasSubstr("can't be read"));
  EXPECT_THAT(Fails({"--check", File("token", "x"), "--jwt-key", File("key", "short")}, 1),
              HasSubstr("at least 32 bytes"));
}

TEST_F(TokenCommand, ARefusedTokenIsToldInTheLogWithItsClaimAndWithoutItself) {
  Process server(
      {ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--log-level", "debug", "--data", data_});
  const std::string line = server.out().TakeLine();
  const auto port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  const std::string token = Minted({"Ana"});
  LinePeer ana(port);
  EXPECT_EQ(Outcome(ana.HelloWithToken(token + "A")), "bad_credentials");
  const std::string told = server.err().TakeLineWith("a token was refused: signature: ");
  EXPECT_THAT(told, Not(HasSubstr("Ana")));
  EXPECT_THAT(server.err().TakeLineWith("info: a token was refused"), HasSubstr("token --check FILE"));
  server.Signal(SIGTERM);
}

// --- A portal ---

// What docs/operations.md gives to those who have a portal in PHP, as it stands there: the first piece of
// PHP.
std::string PhpOfThePage() {
  const std::ifstream page(PARLEY_OPERATIONS_PAGE);
  const std::string text = (std::ostringstream() << page.rdbuf()).str();
  const std::string opening = "```php\n<?php\n";
  const auto begin = text.find(opening);
  const auto end = text.find("\n```", begin);
  if (begin == std::string::npos || end == std::string::npos) throw Failure("there is no PHP on the page");
  return text.substr(begin + opening.size(), end - begin - opening.size());
}

// What stands behind #token= in the link that it makes for Zoë.
std::string PhpToken(const std::string& secret_file) {
  const std::string call = "echo parley_link('https://h', rtrim(file_get_contents('" + secret_file +
                           "'), \"\\r\\n\"), 'Zoë Ünal', 'host', 'Room 7'), \"\\n\";";
  Process php({"/usr/bin/env", "php", "-r", PhpOfThePage() + "\n" + call});
  const std::string link = php.out().TakeLine();
  const std::string before = "https://h/room/Room%207#token=";
  EXPECT_THAT(link, StartsWith(before));
  return link.substr(before.size());
}

TEST_F(TokenCommand, APortalInPhpLetsSomebodyIn) {
  const std::string secret = File("portal.secret", std::string(48, 's') + "\n");
  const KeepingServer server(data_, {"--jwt-key", secret});
  const std::string token = PhpToken(secret);
  LinePeer zoe(server.port());
  const Json welcome = zoe.HelloWithToken(token);
  EXPECT_EQ(welcome["name"], "Zoë Ünal");
  EXPECT_EQ(welcome["role"], "host");
  EXPECT_EQ(Outcome(zoe.Join("lobby")), "forbidden");
  EXPECT_EQ(Outcome(zoe.Join("Room 7")), "joined");
  LinePeer again(server.port());
  EXPECT_EQ(again.HelloWithToken(zoe.token())["name"], "Zoë Ünal");
}

TEST_F(TokenCommand, APortalWithAnotherSecretLetsNobodyIn) {
  const KeepingServer server(data_, {"--jwt-key", File("portal.secret", std::string(48, 's'))});
  const std::string other = File("other.secret", std::string(48, 'o'));
  const std::string token = PhpToken(other);  // before the connection: one that waits becomes a raw peer
  LinePeer zoe(server.port());
  EXPECT_EQ(Outcome(zoe.HelloWithToken(token)), "bad_credentials");
}

TEST_F(TokenCommand, APortalsKeyThatCannotBeUsedIsSaidAtTheStart) {
  for (const std::string& file : {File("short", "secret\n"), std::string("/nowhere/at/all")}) {
    const Ending ending =
        RunCommand({"--plain", "127.0.0.1:0", "--tls", "off", "--memory", "--jwt-key", file});
    EXPECT_EQ(ending.status, 1);
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
    EXPECT_THAT(ending.err, HasSubstr(file));
  }
}

}  // namespace
}  // namespace parley::test
