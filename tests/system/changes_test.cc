// Messages that change, through the real server: for its members, across a restart, for raw peers, and in its
// files.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

bool FilesHave(const std::filesystem::path& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (bytes.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(Changes, AreSentToTheRoomAndToAReturningMemberAfterARestart) {
  TemporaryFolder folder;
  const std::vector<std::string> arguments{"--data", folder.path().string(), "--tls", "off"};
  std::string token;
  {
    ServerProcess server(arguments);
    LinePeer ana(server.port(), "Ana");
    LinePeer ben(server.port(), "Ben");
    token = ben.token();
    ana.Join("hall");
    ben.Join("hall");
    ana.Say("hall", "helo");
    ana.Say("hall", "second");
    Json ok = ana.Ask("edit", {{"room", "hall"}, {"seq", 1}, {"text", "hello"}});
    EXPECT_EQ(ok["rev"], 1);
    const Json changed = ben.NextEvent("message_changed");
    EXPECT_EQ(changed["text"], "hello");
    EXPECT_EQ(changed["edited"], ok["time"].Text());
    EXPECT_EQ(Outcome(ben.Ask("edit", {{"room", "hall"}, {"seq", 1}, {"text", "boo"}})), "forbidden");
    EXPECT_EQ(Outcome(ben.Ask("react", {{"room", "hall"}, {"seq", 2}, {"emoji", "👍"}, {"on", true}})), "ok");
    EXPECT_EQ(Outcome(ana.Ask("delete", {{"room", "hall"}, {"seq", 1}})), "ok");
    EXPECT_EQ(server.Stop(), 0);
  }
  ServerProcess server(arguments);
  LinePeer ben(server.port());
  ben.HelloWithToken(token);
  const Json joined = ben.Join("hall", {{"since", 2}, {"since_rev", 1}});
  EXPECT_EQ(joined["rev"], 3);
  EXPECT_EQ(joined["messages"].size(), 0U);
  ASSERT_EQ(joined["changed"].size(), 2U);
  EXPECT_EQ(joined["changed"][0]["reactions"][0]["emoji"], "👍");
  EXPECT_EQ(joined["changed"][1]["deleted"], true);
  EXPECT_EQ(joined["changed"][1]["text"], "");
  const Json history = ben.Ask("history", {{"room", "hall"}});
  EXPECT_EQ(history["messages"][0]["deleted"], true);
  EXPECT_EQ(history["messages"][1]["rev"], 2);
}

TEST(Changes, ADeletedMessageGoesFromTheFilesOfTheRunningServer) {
  TemporaryFolder folder;
  ServerProcess server({"--data", folder.path().string(), "--tls", "off"});
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  ana.Say("hall", "a secret that is not to stay");
  EXPECT_TRUE(FilesHave(folder.path(), "a secret that"));
  EXPECT_EQ(Outcome(ana.Ask("delete", {{"room", "hall"}, {"seq", 1}})), "ok");
  // Each request takes a turn of the server, in which it may do what is due.
  const Deadline deadline;
  while (FilesHave(folder.path(), "a secret that") && deadline.MillisecondsLeft() > 0) ana.Ask("ping");
  EXPECT_FALSE(FilesHave(folder.path(), "a secret that"));
}

}  // namespace
}  // namespace parley::test
