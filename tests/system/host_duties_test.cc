// What a host does in a lesson beside removing people: microphones, cameras, hands, what members may use, the
// end, and what was done.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/line_peer.h"
#include "tests/support/raw_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"

namespace parley::test {
namespace {

// Ana is host of the hall, Ben and Cam are in it.
class HostDuties : public testing::Test {
 protected:
  HostDuties() {
    for (LinePeer* peer : {&ana_, &ben_, &cam_}) peer->Join("hall");
    for (LinePeer* peer : {&ana_, &ben_, &cam_}) {
      peer->Settle();
      peer->TakeEvents();
    }
  }
  static Json Moderate(LinePeer& actor, std::string_view action) {
    return actor.Ask("moderate", {{"room", "hall"}, {"action", action}});
  }
  static Json Moderate(LinePeer& actor, std::string_view action, const LinePeer& member) {
    return actor.Ask("moderate", {{"room", "hall"}, {"action", action}, {"member", member.id()}});
  }
  static Json Allow(LinePeer& actor, const std::string& value) {
    actor.SendLine(R"({"type":"moderate","ref":"allow","room":"hall","action":"allow","value":)" + value +
                   "}");
    return actor.NextReply();
  }
  static void ExpectAllowed(const Json& allow, bool microphone, bool camera, bool screen, bool chat) {
    EXPECT_EQ(allow["microphone"], microphone);
    EXPECT_EQ(allow["camera"], camera);
    EXPECT_EQ(allow["screen"], screen);
    EXPECT_EQ(allow["chat"], chat);
  }

  ServerProcess server_;
  LinePeer ana_{server_.port(), "Ana"};
  LinePeer ben_{server_.port(), "Ben"};
  LinePeer cam_{server_.port(), "Cam"};
};

TEST_F(HostDuties, AQuietedMemberMayTurnTheMicrophoneOnAgain) {
  ben_.Ask("state", {{"room", "hall"}, {"audio", true}});
  ben_.NextEvent("member_changed");
  EXPECT_EQ(Outcome(Moderate(ana_, "quiet", ben_)), "ok");
  EXPECT_EQ(ben_.NextEvent("member_changed")["member"]["audio"], false);
  const Json quieted = ben_.NextEvent();
  EXPECT_EQ(quieted["type"], "quieted");
  EXPECT_EQ(quieted["room"], "hall");
  EXPECT_EQ(quieted["by"], "Ana");
  EXPECT_FALSE(quieted.Has("until_unmuted"));
  EXPECT_EQ(Outcome(ben_.Say("hall", "hi")), "ok");
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"audio", true}})), "ok");
}

TEST_F(HostDuties, EverybodyButTheHostIsQuieted) {
  for (LinePeer* peer : {&ana_, &ben_, &cam_}) peer->Ask("state", {{"room", "hall"}, {"audio", true}});
  EXPECT_EQ(Outcome(Moderate(ana_, "quiet")), "ok");
  EXPECT_EQ(ben_.NextEvent("quieted")["by"], "Ana");
  EXPECT_EQ(cam_.NextEvent("quieted")["by"], "Ana");
  ana_.Settle();
  for (const Json& event : ana_.TakeEvents()) EXPECT_NE(event["type"], "quieted");
}

TEST_F(HostDuties, AMuteAndItsEndAreToldToTheOneMuted) {
  Moderate(ana_, "mute", ben_);
  const Json quieted = ben_.NextEvent("quieted");
  EXPECT_EQ(quieted["by"], "Ana");
  EXPECT_EQ(quieted["until_unmuted"], true);
  Moderate(ana_, "unmute", ben_);
  const Json unquieted = ben_.NextEvent("unquieted");
  EXPECT_EQ(unquieted["room"], "hall");
  EXPECT_EQ(unquieted["by"], "Ana");
}

TEST_F(HostDuties, ACameraIsStoppedAndAllHandsAreLowered) {
  ben_.Ask("state", {{"room", "hall"}, {"video", true}, {"screen", true}, {"hand", true}});
  ana_.NextEvent("member_changed");
  const Json stop = ana_.Ask(
      "moderate", {{"room", "hall"}, {"action", "stop"}, {"member", ben_.id()}, {"value", "camera"}});
  EXPECT_EQ(stop["type"], "ok");
  Json member = ana_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["video"], false);
  EXPECT_EQ(member["screen"], true);
  EXPECT_EQ(Outcome(Moderate(ana_, "lower_hands")), "ok");
  member = ana_.NextEvent("member_changed")["member"];
  EXPECT_EQ(member["hand"], false);
}

TEST_F(HostDuties, AForbiddenDeviceIsSwitchedOffAndRefused) {
  ben_.Ask("state", {{"room", "hall"}, {"audio", true}});
  ben_.NextEvent("member_changed");
  EXPECT_EQ(Outcome(Allow(ana_, R"({"microphone":false,"chat":false})")), "ok");
  ExpectAllowed(ben_.NextEvent("room_changed")["allow"], false, true, true, false);
  EXPECT_EQ(ben_.NextEvent("member_changed")["member"]["audio"], false);
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"audio", true}})), "forbidden");
  EXPECT_EQ(Outcome(ben_.Say("hall", "hi")), "forbidden");
  EXPECT_EQ(Outcome(ben_.Ask("state", {{"room", "hall"}, {"video", true}})), "ok");
  EXPECT_EQ(Outcome(ana_.Say("hall", "silence, please")), "ok");
  LinePeer dan(server_.port(), "Dan");
  ExpectAllowed(dan.Join("hall")["allow"], false, true, true, false);
  EXPECT_EQ(Outcome(Allow(ana_, R"({"chat":true})")), "ok");
  EXPECT_EQ(Outcome(dan.Say("hall", "hi")), "ok");
}

TEST_F(HostDuties, AllowIsForHostsAndTakesBooleansOnly) {
  EXPECT_EQ(Outcome(Allow(ben_, R"({"chat":false})")), "forbidden");
  for (const char* const value : {R"("chat")", "{}", R"({"chat":"no"})", "null", "[]"}) {
    EXPECT_EQ(Outcome(Allow(ana_, value)), "bad_message") << value;
  }
}

TEST_F(HostDuties, TheCallEndsForEverybody) {
  for (LinePeer* peer : {&ana_, &ben_}) peer->Ask("state", {{"room", "hall"}, {"call", true}});
  cam_.NextEvent("member_changed");
  cam_.NextEvent("member_changed");
  EXPECT_EQ(Outcome(Moderate(ana_, "end")), "ok");
  EXPECT_EQ(cam_.NextEvent("member_changed")["member"]["call"], false);
  EXPECT_EQ(cam_.NextEvent("member_changed")["member"]["call"], false);
  EXPECT_EQ(Outcome(ben_.Say("hall", "bye")), "ok");
}

TEST_F(HostDuties, TheMeetingEndsAndTheHostStays) {
  const Json end = ana_.Ask("moderate", {{"room", "hall"}, {"action", "end"}, {"value", "room"}});
  EXPECT_EQ(end["type"], "ok");
  for (LinePeer* peer : {&ben_, &cam_}) {
    const Json left = peer->NextEvent("member_left");
    EXPECT_EQ(left["id"], peer->id());
    EXPECT_EQ(left["reason"], "ended");
    EXPECT_EQ(Outcome(peer->Say("hall", "hi")), "not_in_room");
  }
  EXPECT_EQ(ana_.NextEvent("member_left")["reason"], "ended");
  EXPECT_EQ(Outcome(ana_.Say("hall", "alone")), "ok");
  EXPECT_EQ(ben_.Join("hall")["role"], "guest");
}

TEST_F(HostDuties, AHostSeesWhatWasDone) {
  Moderate(ana_, "mute", ben_);
  Allow(ana_, R"({"camera":false})");
  const Json recent = Moderate(ana_, "recent");
  EXPECT_EQ(recent["type"], "recent");
  EXPECT_EQ(recent["room"], "hall");
  ASSERT_EQ(recent["actions"].size(), 2U);
  EXPECT_EQ(recent["actions"][0]["action"], "allow");
  EXPECT_EQ(recent["actions"][0]["value"]["camera"], false);
  EXPECT_FALSE(recent["actions"][0].Has("member"));
  EXPECT_EQ(recent["actions"][1]["action"], "mute");
  EXPECT_EQ(recent["actions"][1]["by"], "Ana");
  EXPECT_EQ(recent["actions"][1]["member"], "Ben");
  EXPECT_EQ(Outcome(Moderate(ben_, "recent")), "forbidden");
}

TEST(HostDutiesOnDisk, ThePermissionsOfARoomOutliveARestart) {
  const TemporaryFolder data;
  {
    ServerProcess server({"--data", data.path().string()});
    LinePeer ana(server.port(), "Ana");
    ana.Join("hall");
    ana.SendLine(
        R"({"type":"moderate","ref":"a","room":"hall","action":"allow","value":{"screen":false,"chat":false}})");
    EXPECT_EQ(Outcome(ana.NextReply()), "ok");
    EXPECT_EQ(server.Stop(), 0);
  }
  ServerProcess server({"--data", data.path().string()});
  LinePeer ben(server.port(), "Ben");
  const Json allow = ben.Join("hall")["allow"];
  EXPECT_EQ(allow["microphone"], true);
  EXPECT_EQ(allow["camera"], true);
  EXPECT_EQ(allow["screen"], false);
  EXPECT_EQ(allow["chat"], false);
}

}  // namespace
}  // namespace parley::test
