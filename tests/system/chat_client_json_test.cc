// chat_client --json: the protocol's lines in and out, for scripts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/screen.h"
#include "tests/support/server_process.h"
#include "tests/system/chat_client_process.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

// The next line that the client prints.
Json NextLine(ChatClient& client) {
  return Json::Parse(client.out().TakeLine());
}

Json NextLine(ChatClient& client, std::string_view type) {
  while (true) {
    Json line = NextLine(client);
    if (line["type"] == type) return line;
  }
}

TEST(ChatClientJson, SaysHelloAndJoinsAndPrintsEveryLine) {
  ServerProcess server;
  LinePeer ben(server.port(), "Ben");
  ben.Join("dev");
  ChatClient client(server.port(), {"--json", "--name", "Ana", "--room", "dev"});
  const Json welcome = NextLine(client);
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["name"], "Ana");
  const Json joined = NextLine(client);
  EXPECT_EQ(joined["type"], "joined");
  EXPECT_EQ(joined["room"], "dev");
  EXPECT_EQ(NextLine(client)["type"], "member_joined");
  ben.Say("dev", "hello");
  const Json message = NextLine(client);
  EXPECT_EQ(message["type"], "message");
  EXPECT_EQ(message["text"], "hello");
  EXPECT_EQ(client.Finish(), 0);
}

TEST(ChatClientJson, SendsLinesAsTheyAreAndWaitsForAllReplies) {
  ServerProcess server;
  ChatClient client(server.port(), {"--json", "--name", "Ana"});
  client.Write(
      "{\"type\":\"message\",\"room\":\"lobby\",\"text\":\"one\",\"ref\":\"a\"}\n\n"
      "{\"type\":\"nonsense\"}\r\n"
      "{\"type\":\"rooms\"}\n"
      "{\"type\":\"ping\",\"ref\":\"last\"}");
  EXPECT_EQ(client.Finish(), 0);
  const Json ok = NextLine(client, "ok");
  EXPECT_EQ(ok["ref"], "a");
  EXPECT_EQ(NextLine(client)["code"], "unknown_type");
  EXPECT_EQ(NextLine(client)["type"], "rooms");
  EXPECT_EQ(NextLine(client)["ref"], "last");
  EXPECT_EQ(client.err().TakeAll(), "");
}

TEST(ChatClientJson, OnATerminalControlsAreText) {
  ServerProcess server;
  LinePeer ben(server.port(), "Ben");
  ben.Join("lobby");
  Screen screen({PARLEY_CHAT_CLIENT, AddressOf(server.port()), "--json", "--name", "Ana"},
                {{"LC_ALL", "C.UTF-8"}});
  screen.Resize(500);  // no line is cut
  ben.NextEvent("member_joined");
  ben.Say("lobby", "a\u009b2J\u202eb");
  screen.WaitForLine("<U+009B>2J<U+202E>b");
}

TEST(ChatClientJson, ATakenNameIsPrintedAndAFailure) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ChatClient client(server.port(), {"--json", "--name", "Ana"});
  EXPECT_EQ(client.WaitForExit(), 1);
  EXPECT_EQ(NextLine(client)["code"], "name_taken");
  EXPECT_THAT(client.err().TakeAll(), HasSubstr("--name"));
}

TEST(ChatClientJson, ALineOverTheLimitIsNamedAndNotSent) {
  ServerProcess server;
  ChatClient client(server.port(), {"--json", "--name", "Ana"});
  client.Write(std::string(64 * 1024 + 1, ' ') + "\n{\"type\":\"ping\"}\n");
  EXPECT_EQ(client.Finish(), 1);
  NextLine(client, "pong");
  EXPECT_THAT(client.err().TakeAll(), HasSubstr("line 1 is over 64 KiB"));
}

TEST(ChatClientJson, ComesBackAndResumesAfterTheServerIsGone) {
  const std::uint16_t port = LastingPort();
  auto server = std::make_unique<ServerProcess>(std::vector<std::string>{"--plain", AddressOf(port)});
  ChatClient client(port, {"--json", "--name", "Ana"});
  NextLine(client, "joined");
  client.Write("{\"type\":\"message\",\"room\":\"lobby\",\"text\":\"one\",\"id\":\"a\"}\n");
  NextLine(client, "ok");
  server->process().Signal(SIGKILL);
  server->process().WaitForExit();
  server = std::make_unique<ServerProcess>(std::vector<std::string>{"--plain", AddressOf(port)});
  // Its token is unknown to the new server: it says hello by name again.
  NextLine(client, "welcome");
  NextLine(client, "joined");
  client.Write("{\"type\":\"message\",\"room\":\"lobby\",\"text\":\"two\",\"id\":\"b\"}\n");
  EXPECT_EQ(NextLine(client, "ok")["seq"], 1);
  EXPECT_EQ(client.Finish(), 0);
}

}  // namespace
}  // namespace parley::test
