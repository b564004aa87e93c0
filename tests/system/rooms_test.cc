// Joining and leaving, who is told, the names of rooms, and how many one may be in.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

std::set<std::string> NamesIn(const Json& members) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < members.size(); ++i) names.insert(members[i]["name"].Text());
  return names;
}

// The entry of `room` in a `rooms` reply.
Json Listed(const Json& reply, std::string_view room) {
  for (std::size_t i = 0; i < reply["rooms"].size(); ++i) {
    if (reply["rooms"][i]["room"] == room) return reply["rooms"][i];
  }
  return {};
}

TEST(Rooms, JoinedDescribesANewRoom) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  const Json joined = ana.Join("hall");
  EXPECT_EQ(joined["room"], "hall");
  EXPECT_EQ(joined["topic"], "");
  EXPECT_EQ(joined["locked"], false);
  EXPECT_EQ(joined["role"], "host");
  EXPECT_EQ(joined["media"], "mesh");
  EXPECT_TRUE(joined.Has("ice_servers"));
  EXPECT_EQ(joined["ice_servers"].size(), 0U);
  EXPECT_EQ(joined["count"], 1);
  EXPECT_TRUE(joined.Has("messages"));
  EXPECT_EQ(joined["messages"].size(), 0U);
  EXPECT_EQ(joined["more"], false);
  EXPECT_EQ(joined["last"], 0);
  EXPECT_EQ(joined["gap"], false);
}

TEST(Rooms, AMemberIsListedWithEverythingAboutIt) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  const Json members = ana.Join("hall")["members"];
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0]["id"], ana.id());
  EXPECT_EQ(members[0]["name"], "Ana");
  EXPECT_EQ(members[0]["role"], "host");
  for (const std::string_view flag : {"call", "audio", "video", "screen", "hand", "muted"}) {
    EXPECT_EQ(members[0][flag], false) << flag;
  }
}

TEST(Rooms, AJoinerGetsJoinedAndThenLikeEveryoneItsOwnComing) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  LinePeer ben(server.port(), "Ben");
  ben.SendLine(R"({"type":"join","room":"hall","ref":"j"})");
  const Json joined = Json::Parse(ben.ReceiveLine());
  EXPECT_EQ(joined["type"], "joined");
  EXPECT_EQ(joined["role"], "guest");
  EXPECT_EQ(joined["count"], 2);
  EXPECT_EQ(NamesIn(joined["members"]), (std::set<std::string>{"Ana", "Ben"}));
  const Json own = Json::Parse(ben.ReceiveLine());
  EXPECT_EQ(own["type"], "member_joined");
  EXPECT_EQ(own["room"], "hall");
  EXPECT_EQ(own["member"]["id"], ben.id());
  const Json others = ana.NextEvent();
  EXPECT_EQ(others["type"], "member_joined");
  EXPECT_EQ(others["member"]["id"], ben.id());
}

TEST(Rooms, AMemberWhoLeavesGetsOnlyOkAndTheOthersAreNotified) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  ana.NextEvent("member_joined");
  EXPECT_EQ(Outcome(ben.Leave("hall")), "ok");
  const Json left = ana.NextEvent();
  EXPECT_EQ(left["type"], "member_left");
  EXPECT_EQ(left["room"], "hall");
  EXPECT_EQ(left["id"], ben.id());
  EXPECT_EQ(left["name"], "Ben");
  EXPECT_EQ(left["reason"], "left");
  ana.Say("hall", "gone?");
  ana.Ask("whisper", {{"to", ben.id()}, {"text", "gone?"}});
  ben.Settle();
  EXPECT_TRUE(ben.TakeEvents().empty());
}

TEST(Rooms, ALostConnectionLeavesAllRoomsAsLost) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  for (const char* room : {"hall", "lab"}) {
    ana.Join(room);
    ben.Join(room);
  }
  ben.wire().Reset();
  std::set<std::string> rooms;
  for (int i = 0; i < 2; ++i) {
    const Json left = ana.NextEvent("member_left");
    EXPECT_EQ(left["reason"], "lost");
    EXPECT_EQ(left["id"], ben.id());
    rooms.insert(left["room"].Text());
  }
  EXPECT_EQ(rooms, (std::set<std::string>{"hall", "lab"}));
}

TEST(Rooms, JoiningTwiceIsAlreadyInRoom) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  ana.Join("hall");
  EXPECT_EQ(Outcome(ana.Join("hall")), "already_in_room");
  EXPECT_EQ(Outcome(ana.Join("HALL")), "already_in_room");
}

TEST(Rooms, EveryVerbOfARoomNeedsMembership) {
  ServerProcess server;
  LinePeer host(server.port(), "host");
  host.Join("hall");
  LinePeer ana(server.port(), "Ana");
  for (const char* room : {"hall", "nowhere"}) {
    EXPECT_EQ(Outcome(ana.Leave(room)), "not_in_room");
    EXPECT_EQ(Outcome(ana.Say(room, "hi")), "not_in_room");
    EXPECT_EQ(Outcome(ana.Ask("history", {{"room", room}})), "not_in_room");
    EXPECT_EQ(Outcome(ana.Ask("state", {{"room", room}, {"hand", true}})), "not_in_room");
    EXPECT_EQ(Outcome(ana.Ask("signal", {{"room", room}, {"to", host.id()}, {"data", 1}})), "not_in_room");
    EXPECT_EQ(Outcome(ana.Ask("moderate", {{"room", room}, {"action", "lock"}})), "not_in_room");
  }
}

TEST(Rooms, NamesThatAreNotAllowedAreRoomInvalid) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  const std::string long_name(65, 'r');
  for (const std::string& name :
       std::vector<std::string>{"", "a/b", "/", " hall", "hall ", "ha\nll", "ha\u200bll", "ha\u202ell",
                                "\u3000hall", "ha\u2028ll", long_name}) {
    EXPECT_EQ(Outcome(ana.Join(name)), "room_invalid") << Quote(name);
  }
  EXPECT_EQ(Outcome(ana.Join(long_name.substr(1))), "joined");
}

TEST(Rooms, NamesAreComparedByCaseFoldingAndShownAsTheirMakerWroteThem) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  EXPECT_EQ(ana.Join("Cafe\u0301")["room"], "Caf\u00e9");
  EXPECT_EQ(ben.Join("CAF\u00c9")["room"], "Caf\u00e9");
  EXPECT_EQ(ana.Say("caf\u00e9", "hi")["room"], "Caf\u00e9");
  EXPECT_EQ(ben.NextEvent("message")["room"], "Caf\u00e9");
}

TEST(Rooms, AMessageReachesOnlyItsOwnRoom) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ana.Join("lab");
  ben.Join("lab");
  EXPECT_EQ(ana.Say("hall", "for the hall")["seq"], 1);
  EXPECT_EQ(ana.Say("lab", "for the lab")["seq"], 1);
  EXPECT_EQ(ben.NextEvent("message")["text"], "for the lab");
}

TEST(Rooms, APeerIsInAtMost32Rooms) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  for (int i = 0; i < 32; ++i) EXPECT_EQ(Outcome(ana.Join("room " + std::to_string(i))), "joined");
  EXPECT_EQ(Outcome(ana.Join("one more")), "too_many_rooms");
  ana.Leave("room 7");
  EXPECT_EQ(Outcome(ana.Join("one more")), "joined");
}

TEST(Rooms, TheListHasThePublicOnes) {
  ServerProcess server;
  LinePeer ana(server.port(), "Ana");
  LinePeer ben(server.port(), "Ben");
  ana.Join("hall");
  ben.Join("hall");
  ana.Join("vault");
  ana.Ask("moderate", {{"room", "hall"}, {"action", "topic"}, {"value", "Tea"}});
  ana.Ask("moderate", {{"room", "hall"}, {"action", "lock"}});
  ana.Ask("moderate", {{"room", "vault"}, {"action", "password"}, {"value", "1234"}});
  LinePeer visitor(server.port(), "visitor");
  const Json reply = visitor.Ask("rooms");
  EXPECT_EQ(reply["type"], "rooms");
  const Json hall = Listed(reply, "hall");
  EXPECT_EQ(hall["topic"], "Tea");
  EXPECT_EQ(hall["members"], 2);
  EXPECT_EQ(hall["locked"], true);
  EXPECT_FALSE(Listed(reply, "vault").present()) << reply;
  ana.Ask("moderate", {{"room", "vault"}, {"action", "password"}});
  EXPECT_TRUE(Listed(visitor.Ask("rooms"), "vault").present());
}

}  // namespace
}  // namespace parley::test
