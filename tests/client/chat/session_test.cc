// Hello, and the rooms that a session enters and leaves.

#include "tests/client/chat/session_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::Kind;
using test::kOwnId;
using test::MemberCalled;
using test::MessageFrom;
using test::PipeSessionTest;
using test::SessionTest;
using test::WelcomeAs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// --- Hello ---

TEST_F(SessionTest, SaysHelloAndThenJoins) {
  session_.Connected();
  const auto hello = server_.Expect<protocol::Hello>();
  EXPECT_EQ(hello.name, "ann");
  EXPECT_FALSE(hello.token);
  EXPECT_TRUE(server_.Silent());
  EXPECT_FALSE(session_.greeted());
  server_.Reply(WelcomeAs(kOwnId, "ann"));
  EXPECT_TRUE(session_.greeted());
  const auto join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "lobby");
  EXPECT_FALSE(join.since);
}

TEST_F(SessionTest, AGuestWhoLosesItsNameIsToldAndComesBackUnderTheNewOne) {
  Begin();
  server_.Tell(protocol::Renamed{"guest-3", "newer", "name_taken"});
  EXPECT_THAT(Told({Kind::kInfo}),
              ElementsAre("the name 'ann' belongs to somebody with a login; you are guest-3 now"));
  protocol::MemberInfo self = MemberCalled("guest-3");
  self.id = kOwnId;
  server_.Tell(protocol::MemberChanged{"lobby", self});
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("guest-3 is the new name of ann"));
  EXPECT_EQ(session_.Self(*session_.current())->name, "guest-3");
  server_.Forget();
  session_.Disconnected();
  session_.Connected();
  EXPECT_EQ(server_.Expect<protocol::Hello>().token, "newer");
}

TEST_F(SessionTest, ATokenThatBringsAnotherNameIsSaidSo) {
  Begin();
  server_.Forget();
  session_.Disconnected();
  session_.TakeNotices();
  session_.Connected();
  EXPECT_TRUE(server_.Expect<protocol::Hello>().token);
  server_.Reply(WelcomeAs("other", "guest-4"));
  EXPECT_THAT(Told({Kind::kInfo}),
              ElementsAre("the name 'ann' belongs to somebody with a login; you are guest-4 now"));
}

TEST_F(SessionTest, TriesNumberedNamesWhereItsOwnIsTakenAndSaysSo) {
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_EQ(server_.Expect<protocol::Hello>().name, "ann-2");
  server_.Reply(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_EQ(server_.Expect<protocol::Hello>().name, "ann-3");
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("the name 'ann' is taken; trying 'ann-2'",
                                               "the name 'ann-2' is taken; trying 'ann-3'"));
  EXPECT_FALSE(session_.failure());
}

TEST_F(PipeSessionTest, FailsWhereItsNameIsTaken) {
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(ErrorOf(ErrorCode::kNameTaken));
  ASSERT_TRUE(session_.failure());
  EXPECT_THAT(*session_.failure(), HasSubstr("the name 'ann' is taken"));
  EXPECT_TRUE(server_.Silent());
}

TEST_F(SessionTest, AFullServerIsTriedAgainAndAnotherProtocolIsNot) {
  session_.Connected();
  server_.Tell(ErrorOf(ErrorCode::kServerFull));
  EXPECT_FALSE(session_.failure());
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("the server is full"));
  session_.Disconnected();
  server_.Forget();
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(ErrorOf(ErrorCode::kProtocolUnsupported));
  EXPECT_TRUE(session_.failure());
}

// --- Entering ---

TEST_F(SessionTest, ShowsTheNewestTwentyMessagesOnEntering) {
  Greet();
  std::vector<protocol::MessageEvent> messages;
  for (protocol::Sequence seq = 11; seq <= 60; ++seq) {
    messages.push_back(MessageFrom("b", "bob", seq, std::to_string(seq)));
  }
  Join(JoinedTo("lobby", 60, messages));
  const std::vector<std::string> shown = Told({Kind::kHistory});
  ASSERT_EQ(shown.size(), 20U);
  EXPECT_EQ(shown.front(), "41");
  EXPECT_EQ(shown.back(), "60");
}

TEST_F(PipeSessionTest, ShowsNoHistory) {
  Greet();
  Join(JoinedTo("lobby", 1, {MessageFrom("b", "bob", 1, "old")}));
  EXPECT_THAT(Told({Kind::kHistory, Kind::kMessage}), IsEmpty());
  server_.Tell(MessageFrom("b", "bob", 2, "new"));
  EXPECT_THAT(Messages(), ElementsAre("new"));
}

TEST_F(PipeSessionTest, FailsWhereItsRoomCantBeEntered) {
  Greet();
  session_.Say("never delivered");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kRoomLocked));
  ASSERT_TRUE(session_.failure());
  EXPECT_EQ(*session_.failure(), "can't join lobby: the room is locked; ask a host to unlock it");
  EXPECT_THAT(Told({Kind::kProblem}), IsEmpty());  // the failure says it all
}

TEST_F(SessionTest, StaysWithoutARoomWhereItsRoomCantBeEntered) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kRoomPassword));
  EXPECT_FALSE(session_.failure());
  EXPECT_EQ(session_.current(), nullptr);
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre(HasSubstr("can't join lobby")));
  session_.Enter("lobby", "secret");
  EXPECT_EQ(Join(JoinedTo("lobby", 0)).password, "secret");
  ASSERT_NE(session_.current(), nullptr);
  Reconnect();
  EXPECT_EQ(Join(JoinedTo("lobby", 0)).password, "secret");
}

// --- Several rooms ---

TEST_F(SessionTest, TheRoomEnteredLastIsTheCurrentOneAndOneCanGoBack) {
  Begin();
  session_.Enter("dev", std::nullopt);
  EXPECT_EQ(Join(JoinedTo("dev", 0)).room, "dev");
  session_.Say("to dev");
  EXPECT_EQ(server_.Expect<protocol::Message>().room, "dev");
  session_.Enter("LOBBY", std::nullopt);
  session_.Say("to lobby");
  EXPECT_EQ(server_.Expect<protocol::Message>().room, "lobby");
  server_.Tell(MessageFrom("b", "bob", 1, "elsewhere", "dev"));
  const std::vector<Notice> notices = session_.TakeNotices();
  EXPECT_EQ(notices.back().room, "dev");
}

TEST_F(SessionTest, ComesBackIntoAllRoomsAndTheSameOneIsCurrent) {
  Begin(3);
  session_.Enter("dev", "secret");
  Join(JoinedTo("dev", 5));
  Reconnect();
  auto join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "lobby");
  const auto lobby = server_.ref();
  join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "dev");
  EXPECT_EQ(join.since, 5U);
  EXPECT_EQ(join.password, "secret");
  server_.Reply(JoinedTo("dev", 5));
  server_.ReplyTo(lobby, JoinedTo("lobby", 3));
  EXPECT_EQ(session_.current()->name(), "dev");
}

TEST_F(SessionTest, LeavingGoesBackToTheRoomBefore) {
  Begin();
  session_.Enter("dev", std::nullopt);
  Join(JoinedTo("dev", 0));
  session_.Leave(*session_.current());
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "dev");
  server_.Reply(protocol::Ok{});
  EXPECT_EQ(session_.current()->name(), "lobby");
  session_.Leave(*session_.current());
  server_.Expect<protocol::Leave>();
  server_.Reply(protocol::Ok{});
  EXPECT_EQ(session_.current(), nullptr);
  session_.TakeNotices();
  session_.Say("to nobody");
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre(HasSubstr("not in a room")));
}

// --- The end ---

TEST_F(SessionTest, SaysGoodbyeToEveryRoom) {
  Begin();
  session_.LeaveAll();
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "lobby");
}

}  // namespace
}  // namespace parley::client
