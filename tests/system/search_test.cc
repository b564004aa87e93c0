// Searching a room, how far people have read, and who is typing, on the wire and across a restart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/system/command_line.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

std::vector<std::int64_t> Numbers(const Json& messages) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < messages.size(); ++i) numbers.push_back(messages[i]["seq"].Number());
  return numbers;
}

TEST(Search, TheServerOffersIt) {
  const ServerProcess server;
  LinePeer ana(server.port());
  const Json features = ana.Hello("Ana")["features"];
  std::set<std::string> offered;
  for (std::size_t i = 0; i < features.size(); ++i) offered.insert(features[i].Text());
  EXPECT_THAT(offered, IsSupersetOf({"seen", "typing", "search"}));
}

TEST(Search, FindsTheNewestFirstAndPagesOn) {
  const ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("Lab");
  for (const char* const text :
       {"Homework: page 12", "\u4eca\u5929\u7684\u4f5c\u4e1a", "the HOMEWORK", "bye"}) {
    ana.Say("lab", text);
  }
  const Json found = ana.Ask("search", {{"room", "lab"}, {"query", "homework"}});
  EXPECT_EQ(Outcome(found), "found");
  EXPECT_EQ(found["room"], "Lab");
  EXPECT_THAT(Numbers(found["messages"]), ElementsAre(3, 1));
  EXPECT_EQ(found["messages"][0]["room"], "Lab");
  EXPECT_EQ(found["messages"][0]["text"], "the HOMEWORK");
  EXPECT_EQ(found["messages"][0]["from"]["name"], "Ana");
  EXPECT_EQ(found["more"], false);
  const Json first = ana.Ask("search", {{"room", "lab"}, {"query", "homework"}, {"limit", 1}});
  EXPECT_THAT(Numbers(first["messages"]), ElementsAre(3));
  EXPECT_EQ(first["more"], true);
  const Json rest = ana.Ask("search", {{"room", "lab"}, {"query", "homework"}, {"before", 3}});
  EXPECT_THAT(Numbers(rest["messages"]), ElementsAre(1));
  EXPECT_THAT(Numbers(ana.Ask("search", {{"room", "lab"}, {"query", "\u4f5c\u4e1a"}})["messages"]),
              ElementsAre(2));
}

TEST(Seen, OfAnAccountOutlivesARestart) {
  const TemporaryFolder folder;
  const std::string data = folder.path() / "data";
  ASSERT_EQ(RunCommand({"user", "add", "Ana", "--data", data}, "secret\n").status, 0);
  const auto log_in = [](LinePeer& peer) {
    return Outcome(peer.Greet({{"protocol", 1}, {"user", "Ana"}, {"password", "secret"}}));
  };
  {
    const KeepingServer server(data);
    LinePeer ana(server.port());
    ASSERT_EQ(log_in(ana), "welcome");
    EXPECT_EQ(ana.Join("lab")["seen"], 0);
    for (int i = 0; i < 5; ++i) ana.Say("lab", "hi");
    LinePeer phone(server.port());
    ASSERT_EQ(log_in(phone), "welcome");
    phone.Join("lab");
    EXPECT_EQ(Outcome(ana.Ask("seen", {{"room", "lab"}, {"seq", 3}})), "ok");
    const Json event = phone.NextEvent("seen");
    EXPECT_EQ(event["room"], "lab");
    EXPECT_EQ(event["seq"], 3);
    EXPECT_EQ(Outcome(phone.Ask("seen", {{"room", "lab"}, {"seq", 2}})), "ok");
    phone.Say("lab", "bye");  // is stored behind the marks: they are on the disk, too
  }
  const KeepingServer server(data);
  LinePeer ana(server.port());
  ASSERT_EQ(log_in(ana), "welcome");
  EXPECT_EQ(ana.Join("lab")["seen"], 3);
}

TEST(Typing, IsHeardByTheOthers) {
  const ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("lab");
  ben.Join("lab");
  EXPECT_EQ(Outcome(ana.Ask("typing", {{"room", "lab"}})), "ok");
  const Json event = ben.NextEvent("typing");
  EXPECT_EQ(event["room"], "lab");
  EXPECT_EQ(event["id"], ana.id());
}

}  // namespace
}  // namespace parley::test
