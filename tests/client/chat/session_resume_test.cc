// A session that comes back after its connection broke.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/client/chat/session_test.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::Kind;
using test::kOwnId;
using test::MessageFrom;
using test::OkFor;
using test::PipeSessionTest;
using test::SessionTest;
using test::WelcomeAs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SessionTest, ComesBackWithTheTokenAfterTheLastMessageSeen) {
  Begin(7);
  server_.Tell(MessageFrom("b", "bob", 8, "eight"));
  session_.Disconnected();
  EXPECT_FALSE(session_.greeted());
  session_.Connected();
  const auto hello = server_.Expect<protocol::Hello>();
  EXPECT_EQ(hello.token, "token");
  EXPECT_FALSE(hello.name);
  server_.Reply(WelcomeAs("new", "ann", "fresh"));
  EXPECT_EQ(Join(JoinedTo("lobby", 9, {MessageFrom("b", "bob", 9, "nine")})).since, 8U);
  EXPECT_THAT(Messages(), ElementsAre("eight", "nine"));
  session_.Disconnected();
  session_.Connected();
  EXPECT_EQ(server_.Expect<protocol::Hello>().token, "fresh");
}

TEST_F(PipeSessionTest, ComesBackByNameWhereItsTokenHasEnded) {
  Begin();
  session_.Disconnected();
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(ErrorOf(ErrorCode::kBadCredentials));
  EXPECT_FALSE(session_.failure());
  EXPECT_EQ(server_.Expect<protocol::Hello>().name, "ann");
  server_.Reply(WelcomeAs("new", "ann"));
  EXPECT_TRUE(session_.greeted());
}

TEST_F(SessionTest, AnUnacknowledgedMessageIsSentAgainWithItsIdAndInOrder) {
  Begin();
  session_.Say("one");
  session_.Say("two");
  session_.Say("three");
  server_.Expect<protocol::Message>();
  server_.Reply(OkFor({.room = "lobby", .text = {}, .id = {}}, 1));
  Reconnect();
  Join(JoinedTo("lobby", 1));
  EXPECT_EQ(server_.Expect<protocol::Message>().id, "prefix-2");
  EXPECT_EQ(server_.Expect<protocol::Message>().id, "prefix-3");
  EXPECT_TRUE(server_.Silent());
}

TEST_F(SessionTest, TheUsersMessageFoundOnReturningIsNeitherShownNorSentAgain) {
  Begin();
  session_.Say("mine");
  auto stored = MessageFrom(kOwnId, "ann", 1, "mine");
  stored.id = server_.Expect<protocol::Message>().id;
  Reconnect();
  EXPECT_EQ(Join(JoinedTo("lobby", 2, {stored, MessageFrom("b", "bob", 2, "his")})).since, 0U);
  EXPECT_THAT(Messages(), ElementsAre("his"));
  EXPECT_EQ(session_.unacknowledged(), 0U);
  EXPECT_TRUE(server_.Silent());
}

TEST_F(SessionTest, AnotherAuthorsMessageWithOnesOwnIdIsShownAndAcknowledgesNothing) {
  Begin();
  session_.Say("mine");
  server_.Expect<protocol::Message>();
  auto forged = MessageFrom("b", "bob", 1, "forged");
  forged.id = "prefix-1";
  server_.Tell(forged);
  EXPECT_THAT(Messages(), ElementsAre("forged"));
  EXPECT_EQ(session_.unacknowledged(), 1U);
}

TEST_F(SessionTest, OwnMessagesLeaveNoGapForSince) {
  Begin();
  session_.Say("one");
  const auto mine = server_.Expect<protocol::Message>();
  server_.Tell(MessageFrom("b", "bob", 2, "two"));
  session_.Disconnected();
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(WelcomeAs("x", "ann"));
  // The first has no answer yet: what came after it is asked for again, and shown once.
  auto stored = MessageFrom(kOwnId, "ann", 1, "one");
  stored.id = mine.id;
  EXPECT_EQ(Join(JoinedTo("lobby", 2, {stored, MessageFrom("b", "bob", 2, "two")})).since, 0U);
  EXPECT_THAT(Messages(), ElementsAre("two"));
  Reconnect("y");
  EXPECT_EQ(Join(JoinedTo("lobby", 2)).since, 2U);
}

TEST_F(SessionTest, AMessageWithoutAConnectionIsSentAfterTheReconnect) {
  Begin();
  session_.Disconnected();
  session_.Say("meanwhile");
  EXPECT_TRUE(server_.Silent());
  Greet("x");
  EXPECT_EQ(session_.unacknowledged(), 1U);
  Join(JoinedTo("lobby", 0));
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "meanwhile");
}

TEST_F(SessionTest, AMessageBeforeTheFirstJoinIsSentAfterIt) {
  session_.Say("early");
  Greet();
  Join(JoinedTo("Lobby", 0));  // the room's own spelling
  const auto message = server_.Expect<protocol::Message>();
  EXPECT_EQ(message.text, "early");
  EXPECT_EQ(message.room, "Lobby");
}

TEST_F(SessionTest, PagesOnUntilAllThatWasMissedIsShown) {
  Begin(1);
  Reconnect();
  auto joined = JoinedTo("lobby", 6, {MessageFrom("b", "bob", 2, "2"), MessageFrom("b", "bob", 3, "3")});
  joined.more = true;
  Join(joined);
  auto page = server_.Expect<protocol::History>();
  EXPECT_EQ(page.after, 3U);
  EXPECT_EQ(page.limit, limits::kMaxHistory);
  // Said while the pages come: it is among them, and shown in its place.
  server_.Tell(MessageFrom("b", "bob", 7, "7"));
  server_.Reply(protocol::HistoryReply{
      "lobby", {MessageFrom("b", "bob", 4, "4"), MessageFrom("b", "bob", 5, "5")}, true});
  page = server_.Expect<protocol::History>();
  EXPECT_EQ(page.after, 5U);
  server_.Reply(protocol::HistoryReply{
      "lobby", {MessageFrom("b", "bob", 6, "6"), MessageFrom("b", "bob", 7, "7")}, false});
  EXPECT_TRUE(server_.Silent());
  server_.Tell(MessageFrom("b", "bob", 8, "8"));
  EXPECT_THAT(Messages(), ElementsAre("2", "3", "4", "5", "6", "7", "8"));
}

TEST_F(SessionTest, GoesOnPagingWhereItBrokeOff) {
  Begin(1);
  Reconnect("a");
  auto joined = JoinedTo("lobby", 5, {MessageFrom("b", "bob", 2, "2")});
  joined.more = true;
  Join(joined);
  server_.Expect<protocol::History>();
  server_.Tell(MessageFrom("b", "bob", 6, "6"));
  session_.Disconnected();
  Greet("c");
  const auto join = Join(JoinedTo("lobby", 6,
                                  {MessageFrom("b", "bob", 3, "3"), MessageFrom("b", "bob", 4, "4"),
                                   MessageFrom("b", "bob", 5, "5"), MessageFrom("b", "bob", 6, "6")}));
  EXPECT_EQ(join.since, 2U);
  EXPECT_THAT(Messages(), ElementsAre("2", "3", "4", "5", "6"));
}

TEST_F(SessionTest, ReadsANewLogFromItsBeginningWhereTheServerLostTheOldOne) {
  Begin(40);
  session_.Say("unanswered");
  server_.Expect<protocol::Message>();
  Reconnect();
  EXPECT_EQ(Join(JoinedTo("lobby", 2)).since, 40U);
  EXPECT_EQ(server_.Expect<protocol::History>().after, 0U);
  const auto ref = server_.ref();
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "unanswered");
  server_.ReplyTo(
      ref, protocol::HistoryReply{
               "lobby", {MessageFrom("b", "bob", 1, "new 1"), MessageFrom("b", "bob", 2, "new 2")}, false});
  server_.Tell(MessageFrom("b", "bob", 3, "new 3"));
  EXPECT_THAT(Messages(), ElementsAre("new 1", "new 2", "new 3"));
}

TEST_F(SessionTest, SaysWhereMessagesAreNoLongerKept) {
  Begin(1);
  Reconnect();
  auto joined = JoinedTo("lobby", 90, {MessageFrom("b", "bob", 90, "ninety")});
  joined.gap = true;
  Join(joined);
  const std::vector<Notice> notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_THAT(notices[0].text, HasSubstr("no longer kept"));
  EXPECT_EQ(notices[1].text, "ninety");
  Reconnect("z");
  EXPECT_EQ(Join(JoinedTo("lobby", 90)).since, 90U);
}

TEST_F(SessionTest, ARequestWithoutAnAnswerIsToldWhenTheConnectionBreaks) {
  Begin();
  session_.Moderate(protocol::Action::kLock, std::nullopt, std::nullopt, "/lock");
  session_.Ping();
  session_.Disconnected();
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("the connection broke before an answer to: /lock"));
  session_.ShowRooms("");
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre(HasSubstr("not connected")));
}

TEST_F(SessionTest, LeavesTheServerAloneAsLongAsItAsksFor) {
  Begin();
  EXPECT_FALSE(session_.TakeRetryAfter());
  server_.Tell(protocol::Closing{"shutdown", 7});
  EXPECT_EQ(session_.TakeRetryAfter(), std::chrono::seconds(7));
  EXPECT_FALSE(session_.TakeRetryAfter());
}

}  // namespace
}  // namespace parley::client
