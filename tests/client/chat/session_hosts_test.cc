// What hosts do: to the person, to the room, and the lists that they can ask for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/chat/session_test.h"

namespace parley::client {
namespace {

using test::Kind;
using test::kOwnId;
using test::PipeSessionTest;
using test::SessionTest;
using ::testing::ElementsAre;

TEST_F(SessionTest, AHostsActionsOnTheUserAreReported) {
  Begin();
  Told({Kind::kPresence});
  server_.Tell(protocol::Quieted{"lobby", "hana"});
  server_.Tell(protocol::Quieted{"lobby", "hana", true});
  server_.Tell(protocol::Unquieted{"lobby", "hana"});
  server_.Tell(
      protocol::RoomChanged{.room = "lobby", .allow = protocol::Allow{.camera = false, .chat = false}});
  server_.Tell(protocol::RoomChanged{.room = "lobby", .allow = protocol::Allow{}});
  server_.Tell(protocol::Quieted{"elsewhere", "hana"});
  EXPECT_THAT(Told({Kind::kPresence}),
              ElementsAre("hana turned your microphone off; you can turn it on again",
                          "hana muted you: you cannot write or speak until a host unmutes you",
                          "hana unmuted you", "only hosts may use these now: camera, chat",
                          "everybody may use microphone, camera, screen and chat now"));
}

TEST_F(SessionTest, TheRecentActionsOfHostsAreShownTheNewestLast) {
  Begin();
  session_.Moderate(protocol::Action::kRecent, std::nullopt, std::nullopt, "/recent");
  server_.Expect<protocol::Moderate>();
  Told({Kind::kInfo});
  server_.Reply(protocol::RecentReply{
      "lobby",
      {{.time = {}, .by = "hana", .action = "allow", .allow = protocol::AllowChange{.chat = false}},
       {.time = {}, .by = "hana", .action = "stop", .member = "bob", .value = "camera"}}});
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("1970-01-01T00:00:00.000Z hana: stop bob camera",
                                               "1970-01-01T00:00:00.000Z hana: allow chat off"));
  session_.Moderate(protocol::Action::kRecent, std::nullopt, std::nullopt, "/recent");
  server_.Expect<protocol::Moderate>();
  server_.Reply(protocol::RecentReply{"lobby", {}});
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("no recent actions of hosts in lobby yet"));
}

TEST_F(SessionTest, AttendanceIsATableOfAllItsPages) {
  Begin();
  session_.Moderate(protocol::Action::kAttendance, std::nullopt, std::nullopt, "/attendance");
  EXPECT_EQ(server_.Expect<protocol::Moderate>().after, 0U);
  Told({Kind::kInfo});
  server_.Reply(protocol::AttendanceReply{"lobby", {{.name = "ann", .came = {}, .seconds = 3'607}}, 7});
  const auto rest = server_.Expect<protocol::Moderate>();
  EXPECT_EQ(rest.action, protocol::Action::kAttendance);
  EXPECT_EQ(rest.after, 7U);
  server_.Reply(protocol::AttendanceReply{
      "lobby",
      {{.name = "bob lee", .came = {}, .left = WallTime(std::chrono::seconds(2)), .seconds = 2}},
      {}});
  EXPECT_THAT(Told({Kind::kInfo}),
              ElementsAre("1:00:07  1970-01-01T00:00:00.000Z (still there)  ann",
                          "0:00:02  1970-01-01T00:00:00.000Z to 1970-01-01T00:00:02.000Z  bob lee"));
  EXPECT_TRUE(server_.Silent());
}

TEST_F(SessionTest, TheEndOfAMeetingIsTold) {
  Begin();
  server_.Tell(protocol::MemberLeft{"lobby", kOwnId, "ann", "ended"});
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("the meeting in lobby has ended"));
}

TEST_F(SessionTest, SomeoneKickedIsToldAndDoesNotComeBackByItself) {
  Begin();
  session_.Say("last words");
  server_.Expect<protocol::Message>();
  server_.Tell(protocol::MemberLeft{"lobby", kOwnId, "ann", "kicked"});
  EXPECT_THAT(
      Told({Kind::kProblem}),
      ElementsAre("you were kicked from lobby", "not delivered, you are no longer in the room: last words"));
  EXPECT_EQ(session_.current(), nullptr);
  EXPECT_FALSE(session_.failure());
  Reconnect();
  EXPECT_TRUE(server_.Silent());
}

TEST_F(PipeSessionTest, BeingKickedOrBannedIsAFailure) {
  Begin();
  server_.Tell(protocol::MemberLeft{"lobby", kOwnId, "ann", "banned"});
  EXPECT_EQ(session_.failure(), "you were banned from lobby");
}

}  // namespace
}  // namespace parley::client
