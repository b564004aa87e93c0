// What is kept in the folder of --data: messages, rooms and people across a restart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

class Data : public ::testing::Test {
 protected:
  std::vector<std::string> Options(std::vector<std::string> more = {}) const {
    std::vector<std::string> options{"--data", folder_.path().string(), "--tls", "off"};
    options.insert(options.end(), more.begin(), more.end());
    return options;
  }
  void Restart(const std::vector<std::string>& more = {}) {
    if (server_) {
      EXPECT_EQ(server_->Stop(), 0);
    }
    server_ = std::make_unique<ServerProcess>(Options(more));
  }
  // The one line of a server that can't start.
  std::string Refusal() {
    Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--data", folder_.path()});
    EXPECT_EQ(server.WaitForExit(), 1);
    EXPECT_EQ(server.out().TakeAll(), "");
    std::string error = server.err().TakeAll();
    EXPECT_EQ(error.find('\n'), error.size() - 1) << error;
    EXPECT_TRUE(error.starts_with("chat_server: ")) << error;
    return error;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(Data, MessagesOutliveARestart) {
  Restart();
  {
    LinePeer ana(server_->port(), "Ana");
    ana.Join("Lab");
    ana.Ask("message", {{"room", "lab"}, {"text", "kept \u00e9"}, {"id", "x"}});
  }
  Restart();
  LinePeer ben(server_->port(), "Ben");
  const Json joined = ben.Join("lab");
  ASSERT_EQ(joined["messages"].size(), 1U);
  EXPECT_EQ(joined["messages"][0]["text"], "kept \u00e9");
  EXPECT_EQ(joined["messages"][0]["room"], "Lab");
  EXPECT_EQ(joined["messages"][0]["from"]["name"], "Ana");
  EXPECT_EQ(ben.Say("lab", "next")["seq"], 2);
}

TEST_F(Data, AGuestIsTheSameAuthorAfterARestart) {
  Restart();
  auto ana = std::make_unique<LinePeer>(server_->port(), "Ana");
  ana->Join("lab");
  ana->Ask("message", {{"room", "lab"}, {"text", "once"}, {"id", "x"}});
  const std::string token = ana->token();
  ana.reset();
  Restart();
  LinePeer again(server_->port());
  EXPECT_EQ(again.HelloWithToken(token)["name"], "Ana");
  again.Join("lab");
  EXPECT_EQ(again.Ask("message", {{"room", "lab"}, {"text", "once"}, {"id", "x"}})["seq"], 1);
  EXPECT_EQ(again.Say("lab", "more")["seq"], 2);
}

TEST_F(Data, AuthorKeysOutliveARestart) {
  Restart();
  auto sam = std::make_unique<LinePeer>(server_->port());
  const Json welcome = sam->Hello("Sam");
  const std::string author = welcome["author"].Text();
  EXPECT_THAT(author, ::testing::MatchesRegex("[A-Za-z0-9_-]{16,32}"));
  EXPECT_EQ(welcome["features"].size(), 10U);
  sam->Join("lab");
  sam->Say("lab", "yesterday");
  const std::string token = sam->token();
  sam.reset();
  Restart();
  LinePeer other(server_->port());
  EXPECT_NE(other.Hello("Sam")["author"].Text(), author) << "another guest of that name";
  EXPECT_EQ(other.Join("lab")["messages"][0]["from"]["author"].Text(), author);
  other.Leave("lab");
  other.wire().Reset();
  LinePeer again(server_->port());
  // The name is free once the server has seen that the other one has gone.
  while (Outcome(again.HelloWithToken(token)) == "name_taken") {
  }
  const Json joined = again.Join("lab");
  EXPECT_EQ(joined["messages"][0]["from"]["author"].Text(), author);
  EXPECT_EQ(joined["members"][0]["author"].Text(), author);
}

TEST_F(Data, TopicLockPasswordAndBansOutliveARestart) {
  Restart();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  LinePeer ben(server_->port(), "Ben");
  ben.Join("lab");
  ana.Ask("moderate", {{"room", "lab"}, {"action", "topic"}, {"value", "today"}});
  ana.Ask("moderate", {{"room", "lab"}, {"action", "password"}, {"value", "secret"}});
  const Json ban = ana.Ask("moderate", {{"room", "lab"}, {"action", "ban"}, {"member", ben.id()}});
  EXPECT_EQ(ban["type"], "ok");
  const std::string host = ana.token(), banned = ben.token();
  Restart();
  LinePeer host_again(server_->port());
  host_again.HelloWithToken(host);
  EXPECT_EQ(Outcome(host_again.Ask("join", {{"room", "lab"}})), "room_password");
  EXPECT_EQ(host_again.Join("lab", {{"password", "secret"}})["topic"], "today");
  LinePeer banned_again(server_->port());
  banned_again.HelloWithToken(banned);
  EXPECT_EQ(Outcome(banned_again.Ask("join", {{"room", "lab"}, {"password", "secret"}})), "forbidden");
}

TEST_F(Data, AHostIsHostAgainAfterARestart) {
  Restart();
  std::string token;
  {
    LinePeer ana(server_->port(), "Ana");
    EXPECT_EQ(ana.Join("lab")["role"], "host");
    token = ana.token();
  }
  Restart();
  LinePeer ben(server_->port(), "Ben");
  EXPECT_EQ(ben.Join("lab")["role"], "guest") << "for a minute nobody follows her";
  LinePeer again(server_->port());
  again.HelloWithToken(token);
  EXPECT_EQ(again.Join("lab")["role"], "host");
}

TEST_F(Data, HistoryKeepsTheNewestOfEachRoom) {
  Restart({"--history", "10"});
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  for (int i = 1; i <= 25; ++i) ana.Say("lab", std::to_string(i));
  const auto kept = [](LinePeer& peer) {
    const Json page = peer.Ask("history", {{"room", "lab"}, {"limit", 200}});
    EXPECT_EQ(page["messages"].size(), 10U);
    EXPECT_EQ(page["messages"][0]["seq"], 16);
    EXPECT_FALSE(page["more"].Flag());
  };
  kept(ana);
  Restart({"--history", "10"});
  LinePeer ben(server_->port(), "Ben");
  EXPECT_TRUE(ben.Ask("join", {{"room", "lab"}, {"since", 3}})["gap"].Flag());
  kept(ben);
}

TEST_F(Data, ASecondServerOnTheFolderIsRefused) {
  Restart();
  EXPECT_THAT(Refusal(), HasSubstr(folder_.path().string()));
  LinePeer ana(server_->port(), "Ana");  // the first one goes on
  EXPECT_EQ(ana.Join("lab")["type"], "joined");
}

TEST_F(Data, ADamagedDatabaseIsNamed) {
  std::ofstream(folder_.path() / "messages.db") << std::string(10'000, 'x');
  const std::string error = Refusal();
  EXPECT_THAT(error, HasSubstr("messages.db"));
  EXPECT_THAT(error, HasSubstr("damaged"));
}

TEST_F(Data, DurabilityFullKeepsThemToo) {
  Restart({"--durability", "full"});
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  EXPECT_EQ(ana.Say("lab", "kept")["seq"], 1);
  Restart({"--durability", "full"});
  LinePeer ben(server_->port(), "Ben");
  EXPECT_EQ(ben.Join("lab")["messages"].size(), 1U);
}

}  // namespace
}  // namespace parley::test
