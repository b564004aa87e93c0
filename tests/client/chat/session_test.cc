#include "client/chat/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/client/chat/conversation.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::MemberCalled;
using test::MessageFrom;
using test::OkFor;
using test::WelcomeAs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Notice::Kind;

constexpr auto* kOwnId = "own";

class SessionTest : public ::testing::Test {
 protected:
  explicit SessionTest(bool terminal = true)
      : session_({.credentials = {.name = "ann"},
                  .may_rename = terminal,
                  .room = "lobby",
                  .only_room = !terminal,
                  .id_prefix = "prefix",
                  .recent = terminal ? std::size_t{20} : 0}),
        server_(session_) {}

  void Greet(const std::string& id = kOwnId) {
    session_.Connected();
    server_.Expect<protocol::Hello>();
    server_.Reply(WelcomeAs(id, "ann"));
  }
  protocol::Join Join(const protocol::Joined& joined) {
    auto join = server_.Expect<protocol::Join>();
    server_.Reply(joined);
    return join;
  }
  // In the lobby, whose newest message is `last`; nothing was told yet.
  void Begin(protocol::Sequence last = 0) {
    Greet();
    protocol::Joined joined = JoinedTo("lobby", last);
    joined.members = {MemberCalled("bob"), MemberCalled("Ann Lee")};
    joined.members.push_back(MemberCalled("ann"));
    joined.members.back().id = kOwnId;
    joined.count = 3;
    Join(joined);
    session_.TakeNotices();
  }
  void Reconnect(const std::string& id = "own-again") {
    server_.Forget();
    session_.Disconnected();
    session_.TakeNotices();
    Greet(id);
  }

  // Texts of the notices of these kinds, in order.
  std::vector<std::string> Told(std::initializer_list<Kind> kinds) {
    std::vector<std::string> texts;
    for (const Notice& notice : session_.TakeNotices()) {
      if (std::find(kinds.begin(), kinds.end(), notice.kind) != kinds.end()) texts.push_back(notice.text);
    }
    return texts;
  }
  std::vector<std::string> Messages() { return Told({Kind::kMessage}); }

  Session session_;
  test::Conversation<Session> server_;
};

class PipeSessionTest : public SessionTest {
 protected:
  PipeSessionTest() : SessionTest(false) {}
};

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
  EXPECT_EQ(*session_.failure(), "can't enter lobby: the room is locked");
  EXPECT_THAT(Told({Kind::kProblem}), IsEmpty());  // the failure says it all
}

TEST_F(SessionTest, StaysWithoutARoomWhereItsRoomCantBeEntered) {
  Greet();
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kRoomPassword));
  EXPECT_FALSE(session_.failure());
  EXPECT_EQ(session_.current(), nullptr);
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre(HasSubstr("can't enter lobby")));
  session_.Enter("lobby", "secret");
  EXPECT_EQ(Join(JoinedTo("lobby", 0)).password, "secret");
  ASSERT_NE(session_.current(), nullptr);
  Reconnect();
  EXPECT_EQ(Join(JoinedTo("lobby", 0)).password, "secret");
}

// --- Messages ---

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

TEST_F(SessionTest, AMessageInARoomWhereOnlyHostsWriteIsToldSo) {
  Begin();
  session_.Say("hello");
  server_.Expect<protocol::Message>();
  server_.Reply(ErrorOf(ErrorCode::kForbidden));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("not delivered, only hosts may write here now: hello"));
}

TEST_F(SessionTest, WhatAHostDoesToOneIsTold) {
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

// --- Coming back ---

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

TEST_F(SessionTest, WhatHadNoOkIsSentAgainWithItsIdAndInOrder) {
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

TEST_F(SessionTest, OnesOwnMessageFoundOnComingBackIsNeitherShownNorSentAgain) {
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

TEST_F(SessionTest, OnesOwnMessagesLeaveNoHoleForSince) {
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

TEST_F(SessionTest, WhatIsSaidWithoutAConnectionIsSentOnceThereIsOne) {
  Begin();
  session_.Disconnected();
  session_.Say("meanwhile");
  EXPECT_TRUE(server_.Silent());
  Greet("x");
  EXPECT_EQ(session_.unacknowledged(), 1U);
  Join(JoinedTo("lobby", 0));
  EXPECT_EQ(server_.Expect<protocol::Message>().text, "meanwhile");
}

TEST_F(SessionTest, WhatIsSaidBeforeTheFirstRoomIsEnteredIsSentOnceItIs) {
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
  EXPECT_EQ(page.limit, limits::kHistoryMost);
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
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre(HasSubstr("no connection")));
}

TEST_F(SessionTest, LeavesTheServerAloneAsLongAsItAsksFor) {
  Begin();
  EXPECT_FALSE(session_.TakeRetryAfter());
  server_.Tell(protocol::Closing{"shutdown", 7});
  EXPECT_EQ(session_.TakeRetryAfter(), std::chrono::seconds(7));
  EXPECT_FALSE(session_.TakeRetryAfter());
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

// --- Being sent out ---

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

// --- Who is there ---

TEST_F(SessionTest, TellsWhoComesAndGoesButNotOneself) {
  Begin();
  protocol::MemberInfo self = MemberCalled("ann");
  self.id = kOwnId;
  server_.Tell(protocol::MemberJoined{"lobby", self});
  server_.Tell(protocol::MemberJoined{"lobby", MemberCalled("eve")});
  EXPECT_EQ(session_.current()->count(), 4U);
  protocol::MemberInfo bob = MemberCalled("bob");
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  server_.Tell(protocol::MemberLeft{"lobby", "id-of-eve", "eve", "left"});
  server_.Tell(protocol::MemberLeft{"lobby", "id-of-bob", "bob", "lost"});
  EXPECT_THAT(Told({Kind::kPresence}),
              ElementsAre("eve joined", "bob raised a hand", "eve left", "bob left (connection lost)"));
  EXPECT_EQ(session_.current()->count(), 2U);
  EXPECT_EQ(session_.current()->FindByName("bob"), nullptr);
}

TEST_F(SessionTest, TellsWhatChangesInTheRoom) {
  Begin();
  protocol::RoomChanged change;
  change.room = "lobby";
  change.topic = "tea";
  server_.Tell(change);
  change.topic.reset();
  change.locked = true;
  server_.Tell(change);
  change.locked.reset();
  change.count = 500;
  server_.Tell(change);
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("the topic is now: tea", "the room is locked now"));
  EXPECT_EQ(session_.current()->topic(), "tea");
  EXPECT_EQ(session_.current()->count(), 500U);
}

TEST_F(SessionTest, WhoAsksForThePersonRings) {
  Begin();
  const auto rings = [&] {
    std::vector<bool> each;
    for (const Notice& notice : session_.TakeNotices()) each.push_back(notice.rings);
    return each;
  };
  const auto says = [&](protocol::Sequence seq, const char* text) {
    server_.Tell(protocol::MessageEvent{.room = "lobby",
                                        .seq = seq,
                                        .time = {},
                                        .from = {"id-of-bob", "bob"},
                                        .text = text,
                                        .id = std::nullopt});
  };
  server_.Tell(protocol::WhisperEvent{{"id-of-bob", "bob"}, kOwnId, {}, "psst"});
  says(1, "good morning");
  says(2, "@ann look");
  EXPECT_EQ(rings(), (std::vector{true, false, true}));

  protocol::MemberInfo bob = MemberCalled("bob"), own = MemberCalled("ann");
  own.id = kOwnId;
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  EXPECT_EQ(rings(), std::vector{false}) << "a hand is for hosts";
  own.role = protocol::Role::kHost;
  server_.Tell(protocol::MemberChanged{"lobby", own});
  bob.hand = false;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  rings();
  bob.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", bob});
  own.hand = true;
  server_.Tell(protocol::MemberChanged{"lobby", own});
  server_.Tell(protocol::WaitingEvent{"lobby", {{.id = "w", .name = "Zoë"}}});
  EXPECT_EQ(rings(), (std::vector{true, false, true}));
}

TEST_F(SessionTest, AWhisperIsToldAsOne) {
  Begin();
  server_.Tell(protocol::WhisperEvent{{"id-of-bob", "bob"}, kOwnId, {}, "psst"});
  const std::vector<Notice> notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, Kind::kWhisper);
  EXPECT_EQ(notices[0].who, "bob");
}

// --- Requests of the person ---

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
  session_.ShowOlder(5);
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("there is nothing older"));
}

TEST_F(SessionTest, AnErrorNamesTheCommandInPlainWords) {
  Begin();
  session_.Moderate(protocol::Action::kKick, "id-of-bob", std::nullopt, "/kick bob");
  const auto moderate = server_.Expect<protocol::Moderate>();
  EXPECT_EQ(moderate.member, "id-of-bob");
  server_.Reply(ErrorOf(ErrorCode::kForbidden));
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("/kick bob: you do not have permission to do that"));
}

// --- The waiting room ---

TEST_F(SessionTest, WaitsToBeLetInAndThenEntersWithItsPassword) {
  Begin();
  session_.Enter("class", "secret");
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  EXPECT_THAT(Told({Kind::kInfo}), ElementsAre("a host must let you into class; waiting"));
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

TEST_F(SessionTest, ComesBackToItsPlaceInFrontOfTheDoor) {
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

TEST_F(SessionTest, OneWhoIsNotLetInMayAskAgain) {
  Begin();
  session_.Enter("class", std::nullopt);
  server_.Expect<protocol::Join>();
  server_.Reply(ErrorOf(ErrorCode::kWaiting));
  server_.Tell(protocol::Admission{"class", false});
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("you were not let into class"));
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
  EXPECT_THAT(Told({Kind::kProblem}), ElementsAre("a host must let you into lobby; waiting"));
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
  EXPECT_EQ(session_.failure(), "you were not let into lobby");
}

TEST_F(SessionTest, AHostIsToldOnceOfEachWhoWaits) {
  Greet();
  protocol::Joined joined = JoinedTo("lobby", 0);
  joined.waiting_room = true;
  joined.waiting = std::vector<protocol::WaitingPerson>{{"w1", "Cam"}};
  Join(joined);
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("Cam waits to be let in: /admit or /refuse"));
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w1", "Cam"}, {"w2", "Dan"}}});
  EXPECT_THAT(Told({Kind::kPresence}), ElementsAre("Dan waits to be let in: /admit or /refuse"));
  server_.Tell(protocol::WaitingEvent{"lobby", {{"w2", "Dan"}}});
  EXPECT_THAT(Told({Kind::kPresence}), IsEmpty());
  EXPECT_EQ(session_.current()->FindWaiting("cam"), nullptr);
  ASSERT_NE(session_.current()->FindWaiting("dan"), nullptr);
}

TEST_F(SessionTest, OneWhoIsNoHostAnyMoreForgetsWhoWaits) {
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

// --- The end ---

TEST_F(SessionTest, SaysGoodbyeToEveryRoom) {
  Begin();
  session_.LeaveAll();
  EXPECT_EQ(server_.Expect<protocol::Leave>().room, "lobby");
}

}  // namespace
}  // namespace parley::client
