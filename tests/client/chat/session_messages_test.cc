// What a person says, and what they ask for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/client/chat/session_test.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::Kind;
using test::MessageFrom;
using test::OkFor;
using test::SessionTest;
using ::testing::ElementsAre;

TEST_F(SessionTest, AMessageHasAnIdOfItsOwnAndWaitsForItsOk) {
  Begin();
  session_.Say("one");
  session_.Say("two");
  const auto one = server_.Expect<protocol::Message>();
  const auto ref = server_.ref();
  const auto two = server_.Expect<protocol::Message>();
  EXPECT_EQ(one.text, "one");
  EXPECT_EQ(one.id, "prefix-1");
  EXPECT_EQ(two.id, "prefix-2");
  EXPECT_EQ(session_.unacknowledged(), 2U);
  server_.ReplyTo(ref, OkFor(one, 1));
  EXPECT_EQ(session_.unacknowledged(), 1U);
  server_.Reply(OkFor(two, 2));
  EXPECT_EQ(session_.unacknowledged(), 0U);
  EXPECT_EQ(session_.refused(), 0U);
}

TEST_F(SessionTest, ARefusedMessageIsToldAndNotSentAgain) {
  Begin();
  session_.Say("hello");
  server_.Expect<protocol::Message>();
  server_.Reply(ErrorOf(ErrorCode::kMuted));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("not delivered, you are muted: hello"));
  EXPECT_EQ(session_.refused(), 1U);
  Reconnect();
  Join(JoinedTo("lobby", 0));
  EXPECT_TRUE(server_.Silent());
}

// The server ends the connection with the answer.
TEST_F(SessionTest, AfterAFatalErrorOnAMessageNothingIsAskedOnThisConnection) {
  Begin();
  session_.Say("hello");
  server_.Expect<protocol::Message>();
  server_.Reply(ErrorOf(ErrorCode::kTooLarge));
  EXPECT_FALSE(session_.greeted());
  EXPECT_EQ(session_.refused(), 1U);
  session_.ShowRooms("");
  EXPECT_TRUE(server_.Silent());
}

TEST_F(SessionTest, AMessageInARoomWhereOnlyHostsWriteIsToldSo) {
  Begin();
  session_.Say("hello");
  server_.Expect<protocol::Message>();
  server_.Reply(ErrorOf(ErrorCode::kForbidden));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("not delivered, only hosts may write here now: hello"));
}

TEST_F(SessionTest, ATextThatCantBeSentIsRefusedHere) {
  Begin();
  session_.Say(std::string(limits::kTextBytes + 1, 'x'));
  // Each of these takes six bytes in JSON, and the whole would be over the limit of a message.
  session_.Say(std::string(limits::kTextBytes, '\1'));
  EXPECT_TRUE(server_.Silent());
  EXPECT_EQ(session_.refused(), 2U);
  EXPECT_EQ(session_.unacknowledged(), 0U);
  session_.Say(std::string(limits::kTextBytes, 'x'));
  EXPECT_EQ(server_.Expect<protocol::Message>().text.size(), limits::kTextBytes);
}

TEST_F(SessionTest, UnknownAndBrokenLinesAreIgnored) {
  Begin();
  session_.Receive(R"({"type":"weather","sky":"blue"})");
  session_.Receive("{");
  session_.Receive("");
  EXPECT_TRUE(server_.Silent());
  EXPECT_FALSE(session_.failure());
}

TEST_F(SessionTest, OlderMessagesAreAskedForFromTheOldestShown) {
  Greet();
  Join(JoinedTo("lobby", 31, {MessageFrom("b", "bob", 30, "30"), MessageFrom("b", "bob", 31, "31")}));
  session_.TakeNotices();
  session_.ShowOlder(5);
  auto history = server_.Expect<protocol::History>();
  EXPECT_EQ(history.before, 30U);
  EXPECT_EQ(history.limit, 5U);
  server_.Reply(protocol::HistoryReply{"lobby", {MessageFrom("b", "bob", 29, "29")}, true});
  EXPECT_THAT(Told({Kind::kHistory}), ElementsAre("29"));
  session_.ShowOlder(5);
  EXPECT_EQ(server_.Expect<protocol::History>().before, 29U);
  server_.Reply(protocol::HistoryReply{"lobby", {MessageFrom("b", "bob", 1, "1")}, false});
  session_.TakeNotices();
}

TEST_F(SessionTest, AfterTheBeginningHistoryShowsTheNewestAgain) {
  Greet();
  Join(JoinedTo("lobby", 2, {MessageFrom("b", "bob", 1, "one"), MessageFrom("b", "bob", 2, "two")}));
  session_.TakeNotices();
  session_.ShowOlder(5);
  EXPECT_EQ(server_.Expect<protocol::History>().before, 3U) << "those shown on joining had no numbers";
  server_.Reply(protocol::HistoryReply{
      "lobby", {MessageFrom("b", "bob", 1, "one"), MessageFrom("b", "bob", 2, "two")}, false});
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 4U);
  EXPECT_EQ(notices[1].number, 2U);
  EXPECT_EQ(notices[2].number, 1U);
  session_.ShowOlder(5);
  EXPECT_EQ(server_.Expect<protocol::History>().before, 3U);
}

TEST_F(SessionTest, WhereTheServerKeepsNothingOlderHistoryStartsAnew) {
  Greet();
  Join(JoinedTo("lobby", 31, {MessageFrom("b", "bob", 31, "31")}));
  session_.TakeNotices();
  session_.ShowOlder(5);
  EXPECT_EQ(server_.Expect<protocol::History>().before, 31U);
  server_.Reply(protocol::HistoryReply{"lobby", {}, false});
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("there is nothing older; /history again shows the newest"));
  session_.ShowOlder(5);
  EXPECT_EQ(server_.Expect<protocol::History>().before, 32U);
}

TEST_F(SessionTest, HistoryOfASilentRoomSaysSo) {
  Greet();
  Join(JoinedTo("lobby", 0, {}));
  session_.TakeNotices();
  session_.ShowOlder(5);
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("nobody has written here yet"));
}

TEST_F(SessionTest, AnErrorNamesTheCommandInPlainWords) {
  Begin();
  session_.Moderate(protocol::Action::kKick, "id-of-bob", std::nullopt, "/kick bob");
  const auto moderate = server_.Expect<protocol::Moderate>();
  EXPECT_EQ(moderate.member, "id-of-bob");
  server_.Reply(ErrorOf(ErrorCode::kForbidden, ""));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("/kick bob: you do not have permission to do that"));
}

TEST_F(SessionTest, AnErrorOfACodeWithSeveralReasonsIsToldInTheServersWords) {
  Begin();
  session_.Moderate(protocol::Action::kUnban, std::nullopt, "bob", "/unban bob");
  server_.Expect<protocol::Moderate>();
  server_.Reply(ErrorOf(ErrorCode::kNoSuchMember, "nobody with that name is banned here"));
  session_.Moderate(protocol::Action::kKick, "id-of-ann", std::nullopt, "/kick ann");
  server_.Expect<protocol::Moderate>();
  server_.Reply(ErrorOf(ErrorCode::kNotInRoom));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("/unban bob: nobody with that name is banned here",
                                                  "/kick ann: you are not in that room"));
}

}  // namespace
}  // namespace parley::client
