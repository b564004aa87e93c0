// Hosts, and what they may do.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

// Ana is host of the hall, Ben and Cam are in it; each at an address of its own.
class Moderation : public testing::Test {
 protected:
  Moderation() {
    for (LinePeer* peer : {&ana_, &ben_, &cam_}) peer->Join("hall");
    for (LinePeer* peer : {&ana_, &ben_, &cam_}) {
      peer->Settle();
      peer->TakeEvents();
    }
  }
  static RawPeer::Options At(const std::string& source) { return {source, 0}; }
  static Json Moderate(LinePeer& actor, std::string_view action, const LinePeer& member) {
    return actor.Ask("moderate", {{"room", "hall"}, {"action", action}, {"member", member.id()}});
  }
  static Json Moderate(LinePeer& actor, std::string_view action, std::string_view value) {
    return actor.Ask("moderate", {{"room", "hall"}, {"action", action}, {"value", value}});
  }
  static Json Moderate(LinePeer& actor, std::string_view action) {
    return actor.Ask("moderate", {{"room", "hall"}, {"action", action}});
  }
  // How a newcomer's join ends.
  std::string JoinAs(std::string_view name, const std::string& source) {
    LinePeer peer(server_.port(), name, At(source));
    return Outcome(peer.Join("hall"));
  }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana", At("127.0.0.1")};
  LinePeer ben_{server_.port(), "Ben", At("127.0.0.2")};
  LinePeer cam_{server_.port(), "Cam", At("127.0.0.3")};
};

TEST_F(Moderation, IsForHostsOnly) {
  for (const std::string_view action : {"kick", "ban", "mute", "unmute", "lower_hand", "promote", "demote"}) {
    EXPECT_EQ(Outcome(Moderate(ben_, action, cam_)), "forbidden") << action;
  }
  for (const std::string_view action : {"lock", "unlock", "password", "topic"}) {
    EXPECT_EQ(Outcome(Moderate(ben_, action)), "forbidden") << action;
  }
  EXPECT_EQ(Outcome(Moderate(ben_, "unban", "Cam")), "forbidden");
}

TEST_F(Moderation, TheLobbyHasNoHost) {
  LinePeer first(server_.port(), "first");
  EXPECT_EQ(first.Join("lobby")["role"], "guest");
  EXPECT_EQ(Outcome(first.Ask("moderate", {{"room", "lobby"}, {"action", "lock"}})), "forbidden");
}

TEST_F(Moderation, AMemberThatIsNotInTheRoomIsNoSuchMember) {
  LinePeer stranger(server_.port(), "stranger");
  for (const std::string_view action : {"kick", "ban", "mute", "unmute", "lower_hand", "promote", "demote"}) {
    EXPECT_EQ(Outcome(Moderate(ana_, action, stranger)), "no_such_member") << action;
  }
}

TEST_F(Moderation, TheActorGetsItsOkBeforeTheEvent) {
  ana_.SendLine(R"({"type":"moderate","room":"hall","action":"topic","value":"Tea","ref":"m"})");
  EXPECT_EQ(Json::Parse(ana_.ReceiveLine())["type"], "ok");
  EXPECT_EQ(Json::Parse(ana_.ReceiveLine())["type"], "room_changed");
}

TEST_F(Moderation, KickTellsEveryoneAndTheOneKickedWhoMayComeBack) {
  EXPECT_EQ(Outcome(Moderate(ana_, "kick", ben_)), "ok");
  for (LinePeer* peer : {&ana_, &ben_, &cam_}) {
    const Json left = peer->NextEvent();
    EXPECT_EQ(left["type"], "member_left");
    EXPECT_EQ(left["room"], "hall");
    EXPECT_EQ(left["id"], ben_.id());
    EXPECT_EQ(left["name"], "Ben");
    EXPECT_EQ(left["reason"], "kicked");
  }
  EXPECT_EQ(Outcome(ben_.Say("hall", "hi")), "not_in_room");
  EXPECT_EQ(Outcome(ben_.Join("hall")), "joined");
}

TEST_F(Moderation, BanTellsEveryoneAndTheOneBannedIsForbidden) {
  EXPECT_EQ(Outcome(Moderate(ana_, "ban", ben_)), "ok");
  for (LinePeer* peer : {&ana_, &ben_, &cam_}) {
    const Json left = peer->NextEvent();
    EXPECT_EQ(left["type"], "member_left");
    EXPECT_EQ(left["id"], ben_.id());
    EXPECT_EQ(left["reason"], "banned");
  }
  EXPECT_EQ(Outcome(ben_.Join("hall")), "forbidden");
  EXPECT_EQ(Outcome(ben_.Join("elsewhere")), "joined");
}

TEST_F(Moderation, ABanHoldsForAGuestsNameAndToken) {
  Moderate(ana_, "ban", ben_);
  const std::string token = ben_.token();
  EXPECT_EQ(JoinAs("other name", "127.0.0.2"), "joined") << "a school behind one address";
  LinePeer by_token(server_.port(), At("127.0.0.4"));
  by_token.HelloWithToken(token);
  EXPECT_EQ(Outcome(by_token.Join("hall")), "forbidden");
  EXPECT_EQ(JoinAs("other name still", "127.0.0.4"), "joined");
}

TEST_F(Moderation, ABanHoldsForTheNameHoweverItIsWritten) {
  LinePeer witness(server_.port(), "witness");
  witness.Join("lab");
  ben_.Join("lab");
  Moderate(ana_, "ban", ben_);
  ben_.wire().Close();
  witness.NextEvent("member_left");
  EXPECT_EQ(JoinAs("BEN", "127.0.0.4"), "forbidden");
}

TEST_F(Moderation, UnbanByNameLiftsAllOfIt) {
  Moderate(ana_, "ban", ben_);
  EXPECT_EQ(Outcome(Moderate(ana_, "unban", "ben")), "ok");
  EXPECT_EQ(Outcome(ben_.Join("hall")), "joined");
  EXPECT_EQ(JoinAs("neighbour", "127.0.0.2"), "joined");
}

TEST_F(Moderation, ABanWithTheAddressKeepsOthersFromThatAddressOut) {
  const Json ban = ana_.Ask(
      "moderate", {{"room", "hall"}, {"action", "ban"}, {"member", ben_.id()}, {"value", "address"}});
  EXPECT_EQ(ban["type"], "ok");
  EXPECT_EQ(JoinAs("neighbour", "127.0.0.2"), "forbidden");
  EXPECT_EQ(JoinAs("elsewhere", "127.0.0.4"), "joined");
  const Json bans = Moderate(ana_, "bans");
  EXPECT_EQ(bans["type"], "bans");
  EXPECT_EQ(bans["room"], "hall");
  ASSERT_EQ(bans["bans"].size(), 1U);
  EXPECT_EQ(bans["bans"][0]["name"], "Ben");
  EXPECT_EQ(bans["bans"][0]["by"], "Ana");
  EXPECT_TRUE(bans["bans"][0]["address"].Flag());
  EXPECT_EQ(Outcome(Moderate(cam_, "bans")), "forbidden");
  EXPECT_EQ(Outcome(Moderate(ana_, "unban", "BEN")), "ok");
  EXPECT_EQ(JoinAs("neighbour again", "127.0.0.2"), "joined");
}

TEST_F(Moderation, MuteStopsMessagesAndTheMicrophoneButNotWhispers) {
  ben_.Ask("state", {{"room", "hall"}, {"call", true}, {"audio", true}});
  ana_.NextEvent("member_changed");
  EXPECT_EQ(Outcome(Moderate(ana_, "mute", ben_)), "ok");
  const Json member = ana_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["id"], ben_.id());
  EXPECT_EQ(member["muted"], true);
  EXPECT_EQ(member["audio"], false);
  EXPECT_EQ(member["call"], true);
  EXPECT_EQ(Outcome(ben_.Say("hall", "hi")), "muted");
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"audio", true}})), "muted");
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"hand", true}})), "ok");
  EXPECT_EQ(Outcome(ben_.Ask("whisper", {{"to", cam_.id()}, {"text", "psst"}})), "ok");
  EXPECT_EQ(ana_.Say("hall", "first")["seq"], 1);
}

TEST_F(Moderation, UnmutingAllowsChatAndMicrophoneAgain) {
  Moderate(ana_, "mute", ben_);
  EXPECT_EQ(Outcome(Moderate(ana_, "unmute", ben_)), "ok");
  ben_.NextEvent("member_changed");
  EXPECT_EQ(ben_.NextEvent("member_changed")["member"]["muted"], false);
  EXPECT_EQ(Outcome(ben_.Say("hall", "hi")), "ok");
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"audio", true}})), "ok");
}

TEST_F(Moderation, LowerHandLowersIt) {
  ben_.Ask("state", {{"room", "hall"}, {"hand", true}});
  cam_.NextEvent("member_changed");
  EXPECT_EQ(Outcome(Moderate(ana_, "lower_hand", ben_)), "ok");
  const Json member = cam_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["id"], ben_.id());
  EXPECT_EQ(member["hand"], false);
}

TEST_F(Moderation, ALockedRoomIsClosedToNewcomersUntilItIsUnlocked) {
  EXPECT_EQ(Outcome(Moderate(ana_, "lock")), "ok");
  const Json changed = ben_.NextEvent();
  EXPECT_EQ(changed["type"], "room_changed");
  EXPECT_EQ(changed["room"], "hall");
  EXPECT_EQ(changed["locked"], true);
  EXPECT_EQ(JoinAs("newcomer", "127.0.0.1"), "room_locked");
  EXPECT_EQ(Outcome(ben_.Say("hall", "we are in")), "ok");
  EXPECT_EQ(Outcome(Moderate(ana_, "unlock")), "ok");
  EXPECT_EQ(ben_.NextEvent("room_changed")["locked"], false);
  EXPECT_EQ(JoinAs("newcomer 2", "127.0.0.1"), "joined");
}

TEST_F(Moderation, APasswordIsAskedOfNewcomersAndToldToNobody) {
  EXPECT_EQ(Outcome(Moderate(ana_, "password", "open sesame")), "ok");
  const Json changed = ben_.NextEvent();
  EXPECT_EQ(changed["type"], "room_changed");
  EXPECT_EQ(changed["room"], "hall");
  EXPECT_EQ(changed.raw().find("sesame"), std::string::npos);
  LinePeer dan(server_.port(), "Dan");
  EXPECT_EQ(Outcome(dan.Join("hall")), "room_password");
  EXPECT_EQ(Outcome(dan.Join("hall", {{"password", "open barley"}})), "room_password");
  EXPECT_EQ(Outcome(dan.Join("hall", {{"password", ""}})), "room_password");
  const Json joined = dan.Join("hall", {{"password", "open sesame"}});
  EXPECT_EQ(Outcome(joined), "joined");
  EXPECT_EQ(joined.raw().find("sesame"), std::string::npos);
}

TEST_F(Moderation, AnEmptyOrMissingPasswordClearsIt) {
  Moderate(ana_, "password", "one");
  EXPECT_EQ(Outcome(Moderate(ana_, "password", "")), "ok");
  EXPECT_EQ(JoinAs("newcomer", "127.0.0.1"), "joined");
  Moderate(ana_, "password", "two");
  EXPECT_EQ(Outcome(Moderate(ana_, "password")), "ok");
  EXPECT_EQ(JoinAs("newcomer 2", "127.0.0.1"), "joined");
}

TEST_F(Moderation, ATopicIsToldAndSeenByLaterJoinersUntilItIsCleared) {
  EXPECT_EQ(Outcome(Moderate(ana_, "topic", "Tea & \u8336")), "ok");
  const Json changed = ben_.NextEvent();
  EXPECT_EQ(changed["type"], "room_changed");
  EXPECT_EQ(changed["topic"], "Tea & \u8336");
  LinePeer dan(server_.port(), "Dan");
  EXPECT_EQ(dan.Join("hall")["topic"], "Tea & \u8336");
  EXPECT_EQ(Outcome(Moderate(ana_, "topic")), "ok");
  EXPECT_EQ(ben_.NextEvent("room_changed")["topic"], "");
}

TEST_F(Moderation, PromoteMakesAHostAndDemoteAGuestAgain) {
  EXPECT_EQ(Outcome(Moderate(ana_, "promote", ben_)), "ok");
  Json member = cam_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["id"], ben_.id());
  EXPECT_EQ(member["role"], "host");
  EXPECT_EQ(Outcome(Moderate(ben_, "topic", "Ben's")), "ok");
  EXPECT_EQ(Outcome(Moderate(ana_, "demote", ben_)), "ok");
  member = cam_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["id"], ben_.id());
  EXPECT_EQ(member["role"], "guest");
  EXPECT_EQ(Outcome(Moderate(ben_, "topic", "Ben's")), "forbidden");
}

TEST_F(Moderation, WhenTheLastHostLeavesTheLongestPresentMemberBecomesHost) {
  ana_.Leave("hall");
  EXPECT_EQ(ben_.NextEvent()["type"], "member_left");
  const Json changed = ben_.NextEvent();
  EXPECT_EQ(changed["type"], "member_changed");
  EXPECT_EQ(changed["member"]["id"], ben_.id());
  EXPECT_EQ(changed["member"]["role"], "host");
  EXPECT_EQ(Outcome(Moderate(ben_, "lock")), "ok");
  ben_.Leave("hall");
  EXPECT_EQ(cam_.NextEvent("member_changed")["member"]["id"], ben_.id());
  EXPECT_EQ(cam_.NextEvent("member_changed")["member"]["id"], cam_.id());
  EXPECT_EQ(Outcome(Moderate(cam_, "unlock")), "ok");
}

TEST_F(Moderation, AHostWhoLostTheConnectionIsHostAgain) {
  ana_.wire().Reset();
  EXPECT_EQ(ben_.NextEvent("member_left")["reason"], "lost");
  LinePeer dan(server_.port(), "Dan");
  dan.Join("hall");
  LinePeer again(server_.port());
  again.HelloWithToken(ana_.token());
  EXPECT_EQ(again.Join("hall")["role"], "host");
  ben_.Settle();
  for (const Json& event : ben_.TakeEvents()) EXPECT_NE(event["type"], "member_changed") << event.raw();
}

TEST_F(Moderation, NobodyBecomesHostWhileAHostIsThere) {
  Moderate(ana_, "promote", cam_);
  ben_.NextEvent("member_changed");
  ana_.Leave("hall");
  EXPECT_EQ(ben_.NextEvent()["type"], "member_left");
  ben_.Settle();
  EXPECT_TRUE(ben_.TakeEvents().empty());
  EXPECT_EQ(Outcome(Moderate(ben_, "lock")), "forbidden");
}

TEST_F(Moderation, AHostThatComesBackIsHostAgainAndTheSuccessorStepsDown) {
  ana_.Leave("hall");
  EXPECT_EQ(ben_.NextEvent("member_changed")["member"]["role"], "host");
  EXPECT_EQ(ana_.Join("hall")["role"], "host");
  EXPECT_EQ(ben_.NextEvent("member_changed")["member"]["role"], "guest");
}

}  // namespace
}  // namespace parley::test
