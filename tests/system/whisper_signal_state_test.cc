// What goes between members without being a message of the room: whispers, signals, and states.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"

namespace parley::test {
namespace {

// Two members of the hall, and a third who must not hear what is not for him.
class Whispers : public testing::Test {
 protected:
  Whispers() {
    for (LinePeer* peer : {&ana_, &ben_, &cam_}) peer->Join("hall");
    ana_.Settle();
    ana_.TakeEvents();
    ben_.Settle();
    ben_.TakeEvents();
  }
  Json Whisper(std::string_view to) { return ana_.Ask("whisper", {{"to", to}, {"text", "psst"}}); }
  Json Signal(std::string_view to, std::string_view data) {
    return ana_.Ask("signal", {{"room", "hall"}, {"to", to}, {"data", Verbatim{data}}});
  }
  Json SetState(LinePeer& peer, std::string_view flag, bool value) {
    return peer.Ask("state", {{"room", "hall"}, {flag, value}});
  }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana"};
  LinePeer ben_{server_.port(), "Ben"};
  LinePeer cam_{server_.port(), "Cam"};
};
using Signals = Whispers;
using State = Whispers;

TEST_F(Whispers, AWhisperReachesItsReaderOnly) {
  EXPECT_EQ(Outcome(Whisper(ben_.id())), "ok");
  const Json whisper = ben_.NextEvent();
  EXPECT_EQ(whisper["type"], "whisper");
  EXPECT_EQ(whisper["from"]["id"], ana_.id());
  EXPECT_EQ(whisper["from"]["name"], "Ana");
  EXPECT_EQ(whisper["to"], ben_.id());
  EXPECT_EQ(whisper["text"], "psst");
  EXPECT_EQ(whisper["time"].Text().size(), 24U);
  cam_.Settle();
  EXPECT_TRUE(cam_.TakeEvents().empty());
  EXPECT_EQ(cam_.Ask("history", {{"room", "hall"}})["messages"].size(), 0U);
}

TEST_F(Whispers, AWhisperNeedsACommonRoom) {
  LinePeer stranger(server_.port(), "stranger");
  EXPECT_EQ(Outcome(Whisper(stranger.id())), "no_such_member");
  stranger.Join("elsewhere");
  EXPECT_EQ(Outcome(Whisper(stranger.id())), "no_such_member");
  stranger.Join("hall");
  EXPECT_EQ(Outcome(Whisper(stranger.id())), "ok");
}

TEST_F(Whispers, AWhisperToAnUnknownIdIsNoSuchMember) {
  EXPECT_EQ(Outcome(Whisper("nobody")), "no_such_member");
  EXPECT_EQ(Outcome(Whisper("")), "no_such_member");
  ben_.Leave("hall");
  EXPECT_EQ(Outcome(Whisper(ben_.id())), "no_such_member");
}

TEST_F(Whispers, AWhisperToTheSenderIsBadMessage) {
  EXPECT_EQ(Outcome(Whisper(ana_.id())), "bad_message");
}

TEST_F(Whispers, AWhisperReachesNoRawPeer) {
  ana_.Join("lobby");
  RawPeer raw(server_.port());
  raw.Send("x");
  const std::string guest = ana_.NextEvent("message")["from"]["id"].Text();
  EXPECT_EQ(Outcome(Whisper(guest)), "no_such_member");
  ana_.Say("lobby", "marker");
  EXPECT_EQ(raw.ReceiveThrough("\n"), "Ana: marker\n");
}

TEST_F(Signals, DataArrivesAsTheVeryBytesThatWereSent) {
  for (const std::string_view data : {R"({"b":1,"a":2,"b":3})", "-0.0", "12345678901234567890123", "1.10",
                                      R"("\u0041\/\ud83d\ude00")", "[ 1 ,\t{ } ]", "null", "true", "\"\"",
                                      R"({"sdp":"v=0\r\na=x\r\n","":[[],{}]})", R"("{\"type\":\"x\"}")"}) {
    EXPECT_EQ(Outcome(Signal(ben_.id(), data)), "ok");
    const Json signal = ben_.NextEvent();
    EXPECT_EQ(signal["type"], "signal");
    EXPECT_EQ(signal["room"], "hall");
    EXPECT_EQ(signal["from"], ana_.id());
    EXPECT_NE(signal.raw().find("\"data\":" + std::string(data)), std::string::npos) << signal.raw();
  }
}

TEST_F(Signals, ANumberThatNoMachineHoldsPassesToo) {
  EXPECT_EQ(Outcome(Signal(ben_.id(), "[1e400,-1E-400]")), "ok");
  EXPECT_NE(ben_.ReceiveLine().find(R"("data":[1e400,-1E-400])"), std::string::npos);
}

TEST_F(Signals, DataMayStandAnywhereInTheRequest) {
  ana_.SendLine(R"({ "data" : {"k" : [1, 2]} , "to":")" + ben_.id() + R"(","type":"signal","room":"hall"})");
  EXPECT_NE(ben_.NextEvent().raw().find(R"("data":{"k" : [1, 2]})"), std::string::npos);
}

TEST_F(Signals, ManyArriveInTheirOrder) {
  for (int i = 0; i < 500; ++i) {
    ana_.Send("signal", {{"room", "hall"}, {"to", ben_.id()}, {"data", i}});
  }
  for (int i = 0; i < 500; ++i) ASSERT_EQ(ben_.NextEvent("signal")["data"], i);
}

TEST_F(Signals, OneOf60KiBPasses) {
  const std::string data = Quote(std::string(60 * 1024, 'c'));
  EXPECT_EQ(Outcome(Signal(ben_.id(), data)), "ok");
  EXPECT_NE(ben_.NextEvent().raw().find(data), std::string::npos);
}

TEST_F(Signals, ASignalNeedsBothMembersInTheRoom) {
  LinePeer stranger(server_.port(), "stranger");
  ana_.Join("lab");
  stranger.Join("lab");
  EXPECT_EQ(Outcome(Signal(stranger.id(), "1")), "no_such_member");
  EXPECT_EQ(Outcome(Signal("nobody", "1")), "no_such_member");
  EXPECT_EQ(Outcome(stranger.Ask("signal", {{"room", "hall"}, {"to", ana_.id()}, {"data", 1}})),
            "not_in_room");
}

TEST_F(Signals, OneIsNeitherStoredNorHeardByOthers) {
  Signal(ben_.id(), "1");
  EXPECT_EQ(ana_.Ask("history", {{"room", "hall"}})["messages"].size(), 0U);
  EXPECT_EQ(ana_.Say("hall", "first")["seq"], 1);
  EXPECT_EQ(cam_.NextEvent()["text"], "first");
}

TEST_F(State, TheActorGetsItsOkAndThenLikeEveryoneTheChange) {
  ana_.SendLine(R"({"type":"state","room":"hall","call":true,"audio":true,"ref":"s"})");
  EXPECT_EQ(Json::Parse(ana_.ReceiveLine())["type"], "ok");
  const Json own = Json::Parse(ana_.ReceiveLine());
  const Json others = ben_.NextEvent();
  for (const Json& event : {own, others}) {
    EXPECT_EQ(event["type"], "member_changed");
    EXPECT_EQ(event["room"], "hall");
    EXPECT_EQ(event["member"]["id"], ana_.id());
    EXPECT_EQ(event["member"]["name"], "Ana");
    EXPECT_EQ(event["member"]["call"], true);
    EXPECT_EQ(event["member"]["audio"], true);
    EXPECT_EQ(event["member"]["video"], false);
    EXPECT_EQ(event["member"]["screen"], false);
    EXPECT_EQ(event["member"]["hand"], false);
    EXPECT_EQ(event["member"]["muted"], false);
  }
}

TEST_F(State, FlagsThatAreNotNamedStayAsTheyAre) {
  for (const std::string_view flag : {"call", "audio", "video", "screen", "hand"}) {
    EXPECT_EQ(Outcome(SetState(ana_, flag, true)), "ok");
    EXPECT_EQ(ben_.NextEvent("member_changed")["member"][flag], true);
  }
  SetState(ana_, "video", false);
  const Json member = ben_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["video"], false);
  for (const std::string_view flag : {"call", "audio", "screen", "hand"})
    EXPECT_EQ(member[flag], true) << flag;
}

TEST_F(State, ALaterJoinerSeesIt) {
  SetState(ana_, "hand", true);
  LinePeer dan(server_.port(), "Dan");
  const Json members = dan.Join("hall")["members"];
  ASSERT_EQ(members.size(), 4U);
  int hands = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (members[i]["hand"].Flag()) {
      EXPECT_EQ(members[i]["id"], ana_.id());
      ++hands;
    }
  }
  EXPECT_EQ(hands, 1);
}

TEST_F(State, ItIsOfOneRoomOnly) {
  ana_.Join("lab");
  ben_.Join("lab");
  SetState(ana_, "hand", true);
  EXPECT_EQ(ben_.NextEvent("member_changed")["room"], "hall");
  const Json members = LinePeer(server_.port(), "Dan").Join("lab")["members"];
  for (std::size_t i = 0; i < members.size(); ++i) EXPECT_EQ(members[i]["hand"], false);
}

}  // namespace
}  // namespace parley::test
