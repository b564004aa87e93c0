// chat_server backup, restore and status: a running server is copied, and goes on from the copy elsewhere.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/web_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class BackupCommand : public ::testing::Test {
 protected:
  static Ending Run(std::vector<std::string> arguments, const std::string& data) {
    arguments.insert(arguments.end(), {"--data", data});
    return RunCommand(arguments);
  }
  static std::string Prints(const std::vector<std::string>& arguments, const std::string& data) {
    Ending ending = Run(arguments, data);
    EXPECT_EQ(ending.status, 0) << ending.err;
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }
  static std::string Fails(const std::vector<std::string>& arguments, const std::string& data) {
    const Ending ending = Run(arguments, data);
    EXPECT_EQ(ending.status, 1);
    EXPECT_EQ(ending.out, "");
    EXPECT_TRUE(IsOneLine(ending.err)) << ending.err;
    EXPECT_THAT(ending.err, StartsWith("chat_server: "));
    return ending.err;
  }
  void AddAccount(const std::string& name, const std::string& password) const {
    const Ending added = RunCommand({"user", "add", name, "--data", data_}, password + "\n");
    ASSERT_EQ(added.status, 0) << added.err;
  }

  TemporaryFolder folder_;
  const std::string data_ = folder_.path() / "data";
  const std::string copy_ = folder_.path() / "copy";
  const std::string other_ = folder_.path() / "other";
};

TEST_F(BackupCommand, AnotherMachineGoesOnFromABackupOfARunningServer) {
  AddAccount("Ana", "open sesame");
  std::string token;
  std::int64_t acknowledged = 0;
  {
    const KeepingServer server(data_);
    LinePeer ben(server.port(), "Ben");
    ben.Join("lab");
    token = ben.token();
    for (int i = 0; i < 20; ++i) acknowledged = ben.Say("lab", "before")["seq"].Number();
    // What is written while the backup is made may be in it or not; what was acknowledged before it, is.
    for (int i = 0; i < 200; ++i) ben.Send("message", {{"room", "lab"}, {"text", "meanwhile"}});
    EXPECT_THAT(Prints({"backup", copy_}, data_), StartsWith("backed up and checked: "));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(ben.NextReply()["type"], "ok");
    EXPECT_EQ(ben.Say("lab", "after")["seq"], acknowledged + 201);
  }
  EXPECT_THAT(Prints({"restore", copy_}, other_), StartsWith("checked and restored: "));
  const KeepingServer server(other_);
  LinePeer ben(server.port());
  EXPECT_EQ(ben.HelloWithToken(token)["name"], "Ben") << "his token still counts";
  const Json joined = ben.Join("lab", {{"since", 0}});
  EXPECT_EQ(joined["role"], "host") << "as he was";
  const std::int64_t last = joined["last"].Number();
  EXPECT_GE(last, acknowledged);
  EXPECT_LT(last, acknowledged + 201);
  EXPECT_EQ(joined["messages"][0]["text"], "before");
  EXPECT_EQ(ben.Say("lab", "and on")["seq"], last + 1);
  LinePeer ana(server.port());
  EXPECT_EQ(ana.Greet({{"protocol", 1}, {"user", "Ana"}, {"password", "open sesame"}})["type"], "welcome");
}

TEST_F(BackupCommand, FilesThatLieElsewhereComeBackWithTheirMessages) {
  const std::string files = folder_.path() / "files";
  const std::string other_files = folder_.path() / "other files";
  const std::string bytes(100'000, 'x');
  std::string token;
  {
    const KeepingServer server(data_, {"--files", files});
    LinePeer ana(server.port(), "Ana");
    token = ana.token();
    ana.Join("lab");
    const Json upload = ana.Ask(
        "upload", {{"room", "lab"}, {"name", "notes.txt"}, {"size", bytes.size()}, {"media_type", ""}});
    WebPeer web(server.port());
    web.Send("PUT " + upload["url"].Text() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
             std::to_string(bytes.size()) + "\r\n\r\n" + bytes);
    EXPECT_EQ(web.NextAnswer().status, 201);
    EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "lab"}, {"file", upload["file"]}})), "ok");
    Prints({"backup", copy_, "--files", files}, data_);
  }
  Prints({"restore", copy_, "--files", other_files}, other_);
  const KeepingServer server(other_, {"--files", other_files});
  LinePeer ana(server.port());
  ana.HelloWithToken(token);
  ana.Join("lab");
  const Json download = ana.Ask("download", {{"room", "lab"}, {"seq", 1}});
  ASSERT_EQ(Outcome(download), "download");
  EXPECT_TRUE(WebPeer(server.port()).Get(download["url"].Text(), "localhost").body == bytes);
}

TEST_F(BackupCommand, ARunningServersFolderIsNotRestoredTo) {
  {
    const KeepingServer server(data_);
    LinePeer(server.port(), "Ana").Join("lab");
  }
  Prints({"backup", copy_}, data_);
  const KeepingServer server(other_);
  EXPECT_THAT(Fails({"restore", copy_}, other_), HasSubstr("another server is running on it; stop it first"));
  LinePeer ben(server.port(), "Ben");
  EXPECT_EQ(ben.Join("lab")["type"], "joined");
}

TEST_F(BackupCommand, SaysWhatIsWrong) {
  EXPECT_THAT(Fails({"backup", copy_}, data_), HasSubstr("--data DIR"));
  EXPECT_THAT(Fails({"restore", copy_}, data_), HasSubstr("not a whole backup"));
  { const KeepingServer server(data_); }
  Prints({"backup", copy_}, data_);
  EXPECT_THAT(Fails({"backup", copy_}, data_), HasSubstr("not an empty folder"));
  EXPECT_THAT(Fails({"restore", copy_}, data_), HasSubstr("not empty"));
  std::ofstream(fs::path(copy_) / "token.key") << "x";
  EXPECT_THAT(Fails({"restore", copy_}, other_), HasSubstr("token.key"));
}

class StatusCommand : public BackupCommand {};

TEST_F(StatusCommand, TellsAboutTheRunningServer) {
  const KeepingServer server(data_);
  LinePeer ana(server.port(), "Ana");
  ana.Join("lab");
  const std::string status = Prints({"status"}, data_);
  EXPECT_THAT(status, MatchesRegex("running since 20[0-9]{2}-[-0-9T:.]+Z \\(process [0-9]+\\)\n"
                                   "version: " PARLEY_VERSION "\n"
                                   "plain door: 127\\.0\\.0\\.1:" +
                                   std::to_string(server.port()) +
                                   "\n"
                                   "peers: 1 \\(websocket 0, lines 1, raw 0\\)\n"
                                   "rooms in memory: 2\n"));
}

TEST_F(StatusCommand, WithoutMetricsItTellsTheRest) {
  const KeepingServer server(data_, {"--metrics", "off"});
  const std::string status = Prints({"status"}, data_);
  EXPECT_THAT(status, StartsWith("running since "));
  EXPECT_THAT(status, HasSubstr("peers and rooms: not known with --metrics off\n"));
}

TEST_F(StatusCommand, AsksAtTheTlsDoorWhereThereIsNoOther) {
  const Environment none;
  Process server({ChatServerPath(), "--plain", "off", "--tls", "127.0.0.1:0", "--data", data_}, none);
  const std::string door = server.out().TakeLine();
  EXPECT_THAT(door, StartsWith("tls 127.0.0.1:"));
  const std::string status = Prints({"status"}, data_);
  EXPECT_THAT(status, HasSubstr("tls door: " + door.substr(4) + "\n"));
  EXPECT_THAT(status, HasSubstr("peers: 0 "));
}

TEST_F(StatusCommand, SaysWhereNoServerRuns) {
  EXPECT_THAT(Fails({"status"}, data_), HasSubstr("no server is running on " + data_));
  {
    Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--data", data_});
    server.out().TakeLine();
    server.Signal(SIGKILL);
    server.WaitForExit();
  }
  EXPECT_TRUE(fs::exists(fs::path(data_) / "running")) << "it could not say goodbye";
  EXPECT_THAT(Fails({"status"}, data_), HasSubstr("no server is running on " + data_));
}

TEST_F(StatusCommand, NothingIsLeftOfAServerThatWasStopped) {
  Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--data", data_});
  server.out().TakeLine();
  EXPECT_TRUE(fs::exists(fs::path(data_) / "running"));
  server.Signal(SIGTERM);
  EXPECT_EQ(server.WaitForExit(), 0);
  EXPECT_FALSE(fs::exists(fs::path(data_) / "running"));
}

TEST_F(StatusCommand, AServerThatHangsIsTold) {
  Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--data", data_});
  server.out().TakeLine();
  server.Signal(SIGSTOP);
  EXPECT_THAT(Fails({"status"}, data_), HasSubstr("it does not answer in time"));
  server.Signal(SIGCONT);
  EXPECT_THAT(Prints({"status"}, data_), StartsWith("running since "));
}

}  // namespace
}  // namespace parley::test
