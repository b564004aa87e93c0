// --journal and chat_server export: what was said, who came and went, and how long they were there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Journal : public testing::Test {
 protected:
  ServerProcess Server(const std::vector<std::string>& more = {}) {
    std::vector<std::string> options{"--data", data_, "--tls", "off"};
    options.insert(options.end(), more.begin(), more.end());
    return ServerProcess(options);
  }
  Ending Export(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"export", "--data", data_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCommand(arguments);
  }
  // Each line of a jsonl export in short; times are left out.
  std::vector<std::string> Records(const std::string& room) {
    std::istringstream lines(Export({"--room", room, "--format", "jsonl"}).out);
    std::vector<std::string> records;
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::Parse(line);
      const std::string type = json["type"].Text();
      if (type == "message") {
        records.push_back(json["from"]["name"].Text() + ": " + json["text"].Text());
      } else {
        records.push_back(type + " " + json["name"].Text() +
                          (type == "left" ? " " + json["reason"].Text() : "") +
                          (type == "attendance" && json["present"].Flag() ? " present" : ""));
      }
    }
    return records;
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.path() / "data";
};

TEST_F(Journal, HoldsWhatWasSaidAndWhoWasThereWhileTheServerRuns) {
  ServerProcess server = Server({"--journal", "yes"});
  LinePeer ana(server.port(), "Ana");
  EXPECT_TRUE(ana.Join("Lab")["journal"].Flag());
  {
    LinePeer ben(server.port(), "Ben");
    ben.Join("lab");
    ana.NextEvent("member_joined");
    ben.Say("lab", "hello");
    ben.Leave("lab");
  }
  ana.Join("hall");
  ana.Say("hall", "with its ok all that was before is on disk, too");
  EXPECT_THAT(Records("lab"), ElementsAre("came Ana", "came Ben", "Ben: hello", "left Ben left",
                                          "attendance Ana present", "attendance Ben"));
  const Ending text = Export({"--room", "LAB"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, HasSubstr("  Ben: hello\n"));
  EXPECT_THAT(text.out, HasSubstr("Time in the room"));
  EXPECT_EQ(Export({"--room", "lab", "--since", "2999-01-01"}).out.find("hello"), std::string::npos);
}

TEST_F(Journal, EndsWithTheServerHoweverThatEnds) {
  {
    ServerProcess server = Server({"--journal", "yes"});
    LinePeer ana(server.port(), "Ana");
    ana.Join("lab");
    EXPECT_EQ(server.Stop(), 0);
  }
  EXPECT_THAT(Records("lab"), ElementsAre("came Ana", "left Ana stopped", "attendance Ana"));
  {
    ServerProcess server = Server({"--journal", "yes"});
    LinePeer ben(server.port(), "Ben");
    ben.Join("lab");
    ben.Say("lab", "kept");  // with its ok the coming is on disk, too: it came before
    server.process().Signal(SIGKILL);
    server.process().WaitForExit();
  }
  const ServerProcess again = Server({"--journal", "yes"});
  EXPECT_THAT(Records("lab"), ElementsAre("came Ana", "left Ana stopped", "came Ben", "Ben: kept",
                                          "left Ben stopped", "attendance Ana", "attendance Ben"));
}

TEST_F(Journal, IsNotKeptUnlessAskedFor) {
  const ServerProcess server = Server();
  LinePeer ana(server.port(), "Ana");
  EXPECT_FALSE(ana.Join("lab").Has("journal"));
  ana.Say("lab", "hello");
  EXPECT_EQ(Outcome(ana.Ask("moderate", {{"room", "lab"}, {"action", "attendance"}})), "forbidden");
  EXPECT_THAT(Records("lab"), ElementsAre("Ana: hello"));
  EXPECT_THAT(Export({"--room", "lab"}).out, Not(HasSubstr("Time in the room")));
}

TEST_F(Journal, TellsAHostWhoWasThere) {
  ServerProcess server = Server({"--journal", "yes"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("lab");
  LinePeer ben(server.port(), "Ben");
  ben.Join("lab");
  const auto ask = [](LinePeer& peer) {
    return peer.Ask("moderate", {{"room", "lab"}, {"action", "attendance"}});
  };
  EXPECT_EQ(Outcome(ask(ben)), "forbidden");
  ben.Leave("lab");
  const Json reply = ask(ana);
  EXPECT_EQ(reply["type"], "attendance");
  ASSERT_EQ(reply["people"].size(), 2U);
  EXPECT_EQ(reply["people"][0]["name"], "Ana");
  EXPECT_FALSE(reply["people"][0].Has("left"));
  EXPECT_EQ(reply["people"][1]["name"], "Ben");
  EXPECT_TRUE(reply["people"][1].Has("left"));
  EXPECT_FALSE(reply.Has("next"));
}

TEST_F(Journal, AFailedExportIsReportedInOneLine) {
  struct Case {
    std::vector<std::string> arguments;
    int status;
    std::string what;
  };
  const auto check = [&](const std::vector<Case>& cases) {
    for (const Case& wrong : cases) {
      const Ending ending = Export(wrong.arguments);
      EXPECT_EQ(ending.status, wrong.status) << ending.err;
      EXPECT_EQ(ending.out, "");
      EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
      EXPECT_THAT(ending.err, HasSubstr(wrong.what));
    }
  };
  check({{{"--room", "lab"}, 1, "messages.db"}});
  { Server(); }
  check({{{"--room", "lab"}, 1, "'lab'"},
         {{"--room", "a/b"}, 2, "'a/b'"},
         {{"--room", "lab", "--since", "soon"}, 2, "'soon'"}});
}

// --- Rooms of the configuration ---

class ConfiguredRooms : public Journal {
 protected:
  ServerProcess ServerWith(const std::string& config) { return Server({"--config", ConfigFile(config)}); }
  std::string ConfigFile(const std::string& text) {
    const std::string path = folder_.path() / "parley.conf";
    std::ofstream(path) << text;
    return path;
  }
  void AddAccount(const std::string& name, const std::string& role = "member") {
    ASSERT_EQ(RunCommand({"user", "add", name, "--role", role, "--data", data_}, "secret\n").status, 0);
  }
  static Json LogIn(LinePeer& peer, const std::string& user) {
    return peer.Greet({{"protocol", 1}, {"user", user}, {"password", "secret"}});
  }
};

TEST_F(ConfiguredRooms, AdmitThePeopleTheyNameAndHaveTheirHosts) {
  AddAccount("Ana");
  AddAccount("Ben");
  const ServerProcess server =
      ServerWith("rooms = listed\nroom = Lab; topic = Mechanics; join = members; hosts = ana; most = 2\n");
  LinePeer guest(server.port(), "Guest");
  EXPECT_EQ(Outcome(guest.Join("lab")), "login_required");
  EXPECT_EQ(Outcome(guest.Join("mine")), "forbidden");
  EXPECT_EQ(guest.Ask("rooms")["rooms"].size(), 1U);  // nobody is in the lobby
  LinePeer ben(server.port());
  LogIn(ben, "ben");
  EXPECT_EQ(ben.Join("lab")["role"], "member");
  LinePeer ana(server.port());
  LogIn(ana, "ana");
  const Json joined = ana.Join("lab");
  EXPECT_EQ(joined["role"], "host");
  EXPECT_EQ(joined["topic"], "Mechanics");
}

TEST_F(ConfiguredRooms, AWaitingRoomIsOpenedByItsHost) {
  AddAccount("Ana");
  const ServerProcess server = ServerWith("room = Lab; hosts = Ana; waiting-room = yes\n");
  LinePeer ben(server.port(), "Ben");
  EXPECT_EQ(Outcome(ben.Join("lab")), "waiting");
  LinePeer ana(server.port());
  LogIn(ana, "Ana");
  const Json joined = ana.Join("lab");
  ASSERT_EQ(joined["waiting"].size(), 1U);
  EXPECT_EQ(joined["waiting"][0]["name"], "Ben");
  EXPECT_EQ(Outcome(ana.Ask("moderate", {{"room", "Lab"}, {"action", "admit"}, {"member", ben.id()}})), "ok");
  EXPECT_EQ(ben.NextEvent("admission")["admitted"], true);
  EXPECT_EQ(ben.Join("lab")["role"], "guest");
}

TEST_F(ConfiguredRooms, ANameThatCannotBeStopsTheStart) {
  const Ending ending = RunCommand(
      {"--plain", "127.0.0.1:0", "--tls", "off", "--data", data_, "--config", ConfigFile("room = a/b\n")});
  EXPECT_EQ(ending.status, 1);
  EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
  EXPECT_THAT(ending.err, HasSubstr("a/b"));
}

}  // namespace
}  // namespace parley::test
