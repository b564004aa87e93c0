// A client of the version before messages could change, at the server of today: its requests mean what they
// meant, and what it hears has all that it knows, whatever newer people do in its room.

#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_peer.h"

namespace parley::test {
namespace {

constexpr std::string_view kAfter = "after the vector";

bool IsOneOf(const Json& text, std::initializer_list<std::string_view> texts) {
  for (const std::string_view each : texts) {
    if (text == each) return true;
  }
  return false;
}

// Sends a vector and a ping behind it. All that the server says up to the reply to that, or to the end of the
// connection.
std::vector<Json> Replay(std::uint16_t port, const Json& vector) {
  LinePeer peer(port);
  const std::string input = vector["input"].Text();
  if (input.find(R"("type":"hello")") == std::string::npos) {
    peer.Hello("old");
    peer.Join("lobby");
    peer.TakeEvents();
  }
  peer.SendLine(input);
  peer.SendLine(Object("ping", {{"ref", kAfter}}));
  std::vector<Json> heard;
  for (std::string line = peer.ReceiveLine(); !line.empty(); line = peer.ReceiveLine()) {
    Json said = Json::Parse(std::move(line));
    if (said["ref"] == kAfter) break;
    heard.push_back(std::move(said));
  }
  return heard;
}

TEST(OldClients, EachRequestOfTheVersionBeforeMeansWhatItMeant) {
  ServerProcess server({"--rate", "0"});
  std::ifstream in(PARLEY_VECTORS "/requests_before_changes.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const Json vector = Json::Parse(line);
    SCOPED_TRACE(vector["name"].Text());
    bool refused = false;
    for (const Json& said : Replay(server.port(), vector)) {
      if (said["type"] != "error") continue;
      if (vector["ok"].Flag()) {
        EXPECT_FALSE(
            IsOneOf(said["code"], {"bad_json", "bad_message", "unknown_type", "protocol_unsupported"}))
            << said;
      } else if (said["code"] == vector["code"].Text()) {
        refused = true;
        EXPECT_EQ(said.Has("ref"), vector.Has("ref")) << said;
      }
    }
    EXPECT_EQ(refused, !vector["ok"].Flag());
  }
  EXPECT_GT(count, 250U);
}

// Everything that came with messages that can change, one after the other.
void UseAllThatIsNew(ServerProcess& server, LinePeer& ana, LinePeer& ben) {
  ana.Say("lab", "helo");
  ana.Ask("message", {{"room", "lab"}, {"text", "an answer"}, {"reply_to", 1}});
  ana.Ask("edit", {{"room", "lab"}, {"seq", 1}, {"text", "hello"}});
  ben.Ask("react", {{"room", "lab"}, {"seq", 1}, {"emoji", "👍"}, {"on", true}});
  ana.Ask("poll", {{"room", "lab"}, {"question", "Tea?"}, {"options", Verbatim{R"(["yes","no"])"}}});
  ben.Ask("vote", {{"room", "lab"}, {"seq", 3}, {"choices", Verbatim{"[0]"}}});
  ana.Ask("close_poll", {{"room", "lab"}, {"seq", 3}});
  const Json upload =
      ana.Ask("upload", {{"room", "lab"}, {"name", "a.txt"}, {"size", 3}, {"media_type", "text/plain"}});
  WebPeer web(server.port());
  web.Send("PUT " + upload["url"].Text() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(web.NextAnswer().status, 201);
  ana.Ask("message", {{"room", "lab"}, {"text", ""}, {"file", upload["file"]}});
  ana.Ask("typing", {{"room", "lab"}});
  ana.Ask("seen", {{"room", "lab"}, {"seq", 4}});
  ana.Ask("delete", {{"room", "lab"}, {"seq", 1}});
  EXPECT_EQ(Outcome(ana.Say("lab", "the last one")), "ok");
}

void ExpectWholeMessage(const Json& message, int seq) {
  EXPECT_EQ(message["seq"], seq);
  EXPECT_FALSE(message["time"].Text().empty());
  EXPECT_EQ(message["from"]["name"], "Ana");
  EXPECT_FALSE(message["from"]["id"].Text().empty());
  EXPECT_NO_THROW((void)message["text"].Text()) << "a string, though perhaps an empty one";
}

TEST(OldClients, HearEachMessageOnceAndInOrderWhateverNewerPeopleDo) {
  const TemporaryFolder folder;
  ServerProcess server({"--data", folder.path().string()});
  LinePeer old(server.port(), "Old"), ana(server.port(), "Ana"), ben(server.port(), "Ben");
  for (LinePeer* peer : {&old, &ana, &ben}) peer->Join("lab");
  UseAllThatIsNew(server, ana, ben);
  old.Settle();
  int seq = 0;
  std::string poll;
  for (const Json& event : old.TakeEvents()) {
    // It passes over the types that it does not know.
    if (event["type"] != "message") continue;
    ExpectWholeMessage(event, ++seq);
    if (seq == 3) poll = event["text"].Text();
  }
  EXPECT_EQ(seq, 5);
  EXPECT_EQ(poll, "Tea?\n1) yes\n2) no");
  EXPECT_EQ(Outcome(old.Say("lab", "still here")), "ok");
}

TEST(OldClients, ComeBackToTheirRoomAsBefore) {
  const TemporaryFolder folder;
  ServerProcess server({"--data", folder.path().string()});
  LinePeer ana(server.port(), "Ana"), ben(server.port(), "Ben");
  ana.Join("lab");
  ben.Join("lab");
  UseAllThatIsNew(server, ana, ben);
  LinePeer old(server.port(), "Old");
  const Json joined = old.Join("lab", {{"since", 0}});
  EXPECT_FALSE(joined.Has("changed"));
  EXPECT_EQ(joined["gap"], false);
  EXPECT_EQ(joined["last"], 5);
  ASSERT_EQ(joined["messages"].size(), 5U);
  const Json history = old.Ask("history", {{"room", "lab"}});
  EXPECT_FALSE(history.Has("changed"));
  ASSERT_EQ(history["messages"].size(), 5U);
  for (int seq = 1; seq <= 5; ++seq) {
    ExpectWholeMessage(joined["messages"][static_cast<std::size_t>(seq) - 1], seq);
    ExpectWholeMessage(history["messages"][static_cast<std::size_t>(seq) - 1], seq);
  }
}

}  // namespace
}  // namespace parley::test
