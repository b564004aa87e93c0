#include "client/modes/json_session.h"

#include <gtest/gtest.h>

#include "tests/client/chat/conversation.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::MessageFrom;
using test::WelcomeAs;

class JsonSessionTest : public ::testing::Test {
 protected:
  JsonSessionTest() : session_({.name = "bot"}, "lobby"), server_(session_) {}

  void Greet() {
    session_.Connected();
    server_.Expect<protocol::Hello>();
    server_.Reply(WelcomeAs("own", "bot"));
  }
  void Begin(protocol::Sequence last = 0) {
    Greet();
    server_.Expect<protocol::Join>();
    server_.Reply(JoinedTo("lobby", last));
  }
  void Ask(const std::string& line) {
    session_.Request(line);
    server_.Forget();
  }

  JsonSession session_;
  test::Conversation<JsonSession> server_;
};

constexpr auto* kMessage = R"({"type":"message","room":"lobby","text":"hi","id":"a1"})";
constexpr auto* kWithoutId = R"({"type":"message","room":"lobby","text":"hi"})";

TEST_F(JsonSessionTest, IsReadyOnceItsRoomIsEntered) {
  session_.Connected();
  EXPECT_EQ(server_.Expect<protocol::Hello>().name, "bot");
  server_.Reply(WelcomeAs("own", "bot"));
  EXPECT_FALSE(session_.ready());
  EXPECT_EQ(server_.Expect<protocol::Join>().room, "lobby");
  server_.Reply(JoinedTo("lobby", 0));
  EXPECT_TRUE(session_.ready());
  EXPECT_EQ(session_.unanswered(), 0U);
}

TEST_F(JsonSessionTest, ComesBackUnderTheNameThatItWasGiven) {
  Begin();
  server_.Tell(protocol::Renamed{"guest-3", "newer", "name_taken"});
  session_.Disconnected();
  session_.Connected();
  EXPECT_EQ(server_.Expect<protocol::Hello>().token, "newer");
}

TEST_F(JsonSessionTest, LinesGoOutAsTheyAre) {
  Begin();
  session_.Request(R"(  {"ref":"x", "type":"ping" , "extra":1.50})");
  EXPECT_EQ(session_.TakeOutgoing(), "  {\"ref\":\"x\", \"type\":\"ping\" , \"extra\":1.50}\n");
}

TEST_F(JsonSessionTest, EachReplyAnswersTheOldestRequestAndEventsAnswerNone) {
  Begin();
  Ask(kWithoutId);
  Ask(R"({"type":"no such type"})");
  Ask(R"({"type":"rooms"})");
  EXPECT_EQ(session_.unanswered(), 3U);
  server_.Tell(MessageFrom("b", "bob", 1, "hello"));
  server_.Tell(protocol::MemberLeft{"lobby", "b", "bob", "left"});
  EXPECT_EQ(session_.unanswered(), 3U);
  server_.Tell(protocol::Ok{"lobby", 2, {}});
  server_.Tell(ErrorOf(ErrorCode::kUnknownType));
  EXPECT_EQ(session_.unanswered(), 1U);
  server_.Tell(protocol::RoomsReply{});
  EXPECT_EQ(session_.unanswered(), 0U);
  EXPECT_EQ(session_.lost(), 0U);
}

TEST_F(JsonSessionTest, AMessageWithAnIdIsSentAgainAndTheRestIsLost) {
  Begin();
  Ask(kMessage);
  Ask(kWithoutId);
  Ask(R"({"type":"ping"})");
  session_.Disconnected();
  EXPECT_EQ(session_.unanswered(), 1U);
  EXPECT_EQ(session_.lost(), 2U);
  Greet();
  server_.Expect<protocol::Join>();
  EXPECT_TRUE(server_.Silent()) << "before it is in the room again";
  server_.Tell(JoinedTo("lobby", 0));
  EXPECT_TRUE(session_.ready());
  EXPECT_EQ(server_.Expect<protocol::Message>().id, "a1");
  EXPECT_EQ(server_.line(), kMessage);
  EXPECT_TRUE(server_.Silent());
  server_.Tell(protocol::Ok{"lobby", 1, {}});
  EXPECT_EQ(session_.unanswered(), 0U);
}

TEST_F(JsonSessionTest, AMessageIsSentAgainHoweverOftenTheConnectionBreaks) {
  Begin();
  Ask(kMessage);
  for (int i = 0; i < 3; ++i) {
    session_.Disconnected();
    session_.Connected();
    session_.Disconnected();
    Begin();
    EXPECT_EQ(server_.Expect<protocol::Message>().id, "a1");
    EXPECT_TRUE(server_.Silent());
  }
  EXPECT_EQ(session_.lost(), 0U);
}

TEST_F(JsonSessionTest, ComesBackIntoEveryRoomItIsInAfterTheLastMessageSeen) {
  Begin(4);
  Ask(R"({"type":"join","room":"dev","password":"secret"})");
  server_.Tell(JoinedTo("dev", 2));
  Ask(R"({"type":"join","room":"gone"})");
  server_.Tell(JoinedTo("gone", 0));
  Ask(R"({"type":"leave","room":"gone"})");
  server_.Tell(protocol::Ok{});
  server_.Tell(MessageFrom("b", "bob", 3, "in dev", "dev"));
  Ask(kWithoutId);
  server_.Tell(protocol::Ok{"lobby", 5, {}});
  session_.Disconnected();
  session_.Connected();
  EXPECT_EQ(server_.Expect<protocol::Hello>().token, "token");
  server_.Reply(WelcomeAs("own", "bot"));
  auto join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "dev");
  EXPECT_EQ(join.since, 3U);
  EXPECT_EQ(join.password, "secret");
  join = server_.Expect<protocol::Join>();
  EXPECT_EQ(join.room, "lobby");
  EXPECT_EQ(join.since, 5U);
  EXPECT_TRUE(server_.Silent());
}

TEST_F(JsonSessionTest, SinceGoesBackWhereTheServerLostItsLog) {
  Begin(40);
  session_.Disconnected();
  Begin(2);
  session_.Disconnected();
  Greet();
  EXPECT_EQ(server_.Expect<protocol::Join>().since, 2U);
}

TEST_F(JsonSessionTest, ARoomItWasKickedOutOfIsNotEnteredAgain) {
  Begin();
  server_.Tell(protocol::MemberLeft{"lobby", "own", "bot", "kicked"});
  session_.Disconnected();
  Greet();
  EXPECT_TRUE(server_.Silent());
  EXPECT_TRUE(session_.ready());
}

TEST_F(JsonSessionTest, ItsRoomClosedToItIsRememberedAndTheScriptGoesOn) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kRoomPassword));
  EXPECT_TRUE(session_.shut_out());
  EXPECT_TRUE(session_.ready());
  EXPECT_FALSE(session_.failure());
}

TEST_F(JsonSessionTest, WaitsUntilAHostLetsItInAndIsReadyThen) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_FALSE(session_.ready());
  server_.Tell(protocol::Admission{"another", true});
  EXPECT_TRUE(server_.Silent());
  server_.Tell(protocol::Admission{"lobby", true});
  EXPECT_EQ(server_.Expect<protocol::Join>().room, "lobby");
  EXPECT_FALSE(session_.ready());
  server_.Reply(JoinedTo("lobby", 0));
  EXPECT_TRUE(session_.ready());
  EXPECT_FALSE(session_.shut_out());
}

TEST_F(JsonSessionTest, SendsNothingAgainUntilItIsLetInAgain) {
  Begin(3);
  Ask(kMessage);
  session_.Disconnected();
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_TRUE(server_.Silent());
  server_.Tell(protocol::Admission{"lobby", true});
  EXPECT_EQ(server_.Expect<protocol::Join>().since, 3U);
  server_.Reply(JoinedTo("lobby", 3));
  EXPECT_EQ(server_.Expect<protocol::Message>().id, "a1");
}

TEST_F(JsonSessionTest, NotLetInIsLikeARoomThatIsClosedToIt) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  server_.Tell(protocol::Admission{"lobby", false});
  EXPECT_TRUE(session_.shut_out());
  EXPECT_TRUE(session_.ready());
}

TEST_F(JsonSessionTest, ATakenNameIsAFailure) {
  session_.Connected();
  server_.Expect<protocol::Hello>();
  server_.Reply(ErrorOf(ErrorCode::kNameTaken));
  EXPECT_TRUE(session_.failure());
  EXPECT_TRUE(server_.Silent());
}

TEST_F(JsonSessionTest, AnErrorThatComesByItselfAnswersNothing) {
  Begin();
  Ask(kMessage);
  server_.Tell(ErrorOf(ErrorCode::kSlowConsumer));
  EXPECT_EQ(session_.unanswered(), 1U);
  session_.Disconnected();
  EXPECT_EQ(session_.unanswered(), 1U);
}

TEST_F(JsonSessionTest, LeavesTheServerAloneAsLongAsItAsksFor) {
  Begin();
  server_.Tell(protocol::Closing{"shutdown", 3});
  EXPECT_EQ(session_.TakeRetryAfter(), std::chrono::seconds(3));
}

}  // namespace
}  // namespace parley::client
