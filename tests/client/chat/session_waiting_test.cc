// A session in front of a room with a waiting room, and a host whose room has one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/chat/session_test.h"

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(SessionTest, WaitsToBeLetInAndThenEntersWithItsPassword) {
  Begin();
  session_.Enter("class", "secret");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("waiting for a host to admit you to class"));
  EXPECT_EQ(session_.current()->name(), "lobby") << "what is said meanwhile goes where it went before";
  server_.Tell(protocol::Admission{"class", true});
  const auto join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "class");
  EXPECT_EQ(join.password, "secret");
  server_.Reply(JoinedTo("class", 0));
  EXPECT_EQ(session_.current()->name(), "class");
}

// Whether two names are one room's is the server's to say: this client knows its rooms by the replies.
TEST_F(SessionTest, TakesRoomsByTheServersWordNotByItsOwnComparison) {
  Begin();
  session_.Enter("class", std::nullopt);
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  server_.Tell(protocol::Admission{"CLASS", true});
  EXPECT_TRUE(server_.Silent()) << "somebody else's spelling";
  server_.Tell(protocol::Admission{"class", true});
  server_.Expect<protocol::Join>();
  server_.Reply(JoinedTo("Klasse", 0));
  EXPECT_EQ(session_.current()->name(), "Klasse") << "as the server calls what was asked for";
  protocol::MessageEvent message = MessageFrom("b", "bob", 1, "hello");
  message.room = "klasse";
  server_.Tell(message);
  EXPECT_THAT(Told({Kind::kMessage}), IsEmpty());
  message.room = "Klasse";
  server_.Tell(message);
  EXPECT_THAT(Told({Kind::kMessage}), ElementsAre("hello"));
}

TEST_F(SessionTest, ReturnsToTheWaitingRoomAfterAReconnect) {
  Begin();
  session_.Enter("class", "secret");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  Reconnect();
  EXPECT_EQ(server_.Expect<protocol::Join>().password, "secret");
  EXPECT_EQ(server_.Expect<protocol::Join>().room, "lobby");
}

TEST_F(SessionTest, WaitingAgainAfterAReconnectItResumesWhereItWas) {
  Begin(4);
  session_.Disconnected();
  session_.Say("said meanwhile");
  Greet("own-again");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_TRUE(server_.Silent());
  server_.Tell(protocol::Admission{"lobby", true});
  EXPECT_EQ(Join(JoinedTo("lobby", 4)).since, 4U);
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "said meanwhile");
}

TEST_F(SessionTest, AGuestWhoWasNotAdmittedMayAskAgain) {
  Begin();
  session_.Enter("class", std::nullopt);
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  server_.Tell(protocol::Admission{"class", false});
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("a host did not admit you to class"));
  EXPECT_EQ(session_.FindRoom("class"), nullptr);
  session_.Enter("class", std::nullopt);
  EXPECT_EQ(server_.Expect<protocol::Join>().room, "class");
}

TEST_F(SessionTest, LeavingEndsTheWait) {
  Begin();
  session_.Enter("class", std::nullopt);
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  session_.Leave(*session_.FindRoom("class"));
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "class");
  server_.Reply(ErrorOf(ErrorCode::kNotInRoom));
  EXPECT_THAT(Told({Kind::kProblem}), IsEmpty());
  server_.Tell(protocol::Admission{"class", true});
  EXPECT_TRUE(server_.Silent());
}

TEST_F(PipeSessionTest, SaysThatItWaitsAndKeepsWhatIsSaid) {
  Greet();
  session_.Say("early");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("waiting for a host to admit you to lobby"));
  EXPECT_FALSE(session_.failure());
  server_.Tell(protocol::Admission{"lobby", true});
  Join(JoinedTo("lobby", 0));
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "early");
}

TEST_F(PipeSessionTest, FailsWhereItIsNotLetIn) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  server_.Tell(protocol::Admission{"lobby", false});
  EXPECT_EQ(session_.failure(), "a host did not admit you to lobby");
}

TEST_F(SessionTest, AHostIsToldOnceOfEachWhoWaits) {
  Greet();
  protocol::Joined joined = JoinedTo("lobby", 0);
  joined.waiting_room = true;
  joined.waiting = std::vector<protocol::WaitingPerson>{{"w1", "Cam"}};
  Join(joined);
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("Cam is waiting to join: /admit or /refuse"));
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w1", "Cam"}, {"w2", "Dan"}}});
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("Dan is waiting to join: /admit or /refuse"));
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w2", "Dan"}}});
  EXPECT_THAT(Told({Kind::kPresence}), IsEmpty());
  EXPECT_EQ(session_.current()->FindWaiting("cam"), nullptr);
  ASSERT_NE(session_.current()->FindWaiting("dan"), nullptr);
}

TEST_F(SessionTest, ADemotedHostForgetsWhoWaits) {
  Begin();
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w1", "Cam"}}});
  protocol::MemberInfo own = MemberCalled("ann");
  own.id = kOwnId;
  server_.Tell(protocol::MemberChanged{"lobby", own});
  EXPECT_THAT(session_.current()->waiting(), IsEmpty());
}

TEST_F(SessionTest, TellsOfAWaitingRoomAndAJournal) {
  Greet();
  protocol::Joined joined = JoinedTo("lobby", 0);
  joined.waiting_room = joined.journal = true;
  Join(joined);
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre(HasSubstr("you are"), HasSubstr("with a waiting room"),
                                               HasSubstr("records who joins and leaves")));
  server_.Tell(protocol::RoomChanged{.room = "lobby", .waiting_room = false});
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre(HasSubstr("the waiting room is off")));
}

}  // namespace
}  // namespace parley::client
