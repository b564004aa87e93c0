// chat_server token, and the tokens of a portal (--jwt-key): who comes in with them, as what, and where.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
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

TEST_F(TokenCommand, WhatCannotBeMintedIsOneLine) {
  EXPECT_THAT(Fails({" Ana"}, 2), HasSubstr("name"));
  EXPECT_THAT(Fails({"Ana", "--room", "a/b"}, 2), HasSubstr("'a/b'"));
  EXPECT_THAT(Fails({"Ana", "--ttl", "soon"}, 2), HasSubstr("--ttl"));
  ASSERT_EQ(RunCommand({"user", "add", "ana", "--data", data_}, "secret\n").status, 0);
  EXPECT_THAT(Fails({"Ana"}, 1), HasSubstr("account"));
  std::ofstream(data_ + "/token.key") << "short";
  EXPECT_THAT(Fails({"Ben"}, 1), HasSubstr("token.key"));
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
