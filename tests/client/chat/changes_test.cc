// Edits, deletions, reactions and polls, as a person's client sees and makes them.

#include "client/chat/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/client/chat/session_fixture.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::JoinedTo;
using test::MessageFrom;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ChangesTest : public test::SessionFixture {
 protected:
  ChangesTest() {
    Enter({"edit", "react", "poll", "search"},
          {MessageFrom("b", "bob", 8, "shall we begin?"), Own(9, "yes")});
    session_.TakeNotices();
  }
  static protocol::MessageChanged Change(protocol::Sequence seq, protocol::Revision rev,
                                         std::string text = "") {
    protocol::MessageChanged change;
    change.room = "lobby";
    change.seq = seq;
    change.text = std::move(text);
    change.state.rev = rev;
    return change;
  }
  static protocol::Poll Lunch(std::vector<std::size_t> counts) {
    protocol::Poll poll{.question = "Lunch?", .options = {"Soup", "Rice"}, .counts = std::move(counts)};
    poll.voters = poll.counts[0] + poll.counts[1];
    return poll;
  }
  void PutPoll(protocol::Sequence seq) {
    auto poll = MessageFrom("b", "bob", seq, "Lunch?\n1) Soup\n2) Rice");
    poll.state =
        std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = Lunch({0, 0})});
    server_.Tell(poll);
    session_.TakeNotices();
  }

  protocol::Join join_;  // the latest, after a loss
};

TEST_F(ChangesTest, EachChangeByOthersIsOneQuietLine) {
  auto edit = Change(8, 1, "shall we start?");
  edit.state.edited = WallTime(std::chrono::seconds(1));
  server_.Tell(edit);
  EXPECT_THAT(Texts(), ElementsAre("message 2 (bob: shall we begin?) is now: shall we start?"));
  auto reaction = edit;
  reaction.state.rev = 2;
  reaction.state.reactions = {{"\U0001F44D", 2, {}}, {"\u2764\uFE0F", 1, {}}};
  server_.Tell(reaction);
  server_.Tell(reaction);  // applying it twice does no harm
  EXPECT_THAT(Texts(), ElementsAre("\U0001F44D 2, \u2764\uFE0F 1 on message 2 (bob: shall we start?)"));
  auto deletion = Change(8, 3);
  deletion.state.deleted = true;
  server_.Tell(deletion);
  EXPECT_THAT(Texts(), ElementsAre("message 2 (bob: shall we start?) was deleted"));
}

TEST_F(ChangesTest, ChangesOfOwnMessagesAreMarkedAsYours) {
  auto edit = Change(9, 1, "no");
  edit.state.edited = WallTime(std::chrono::seconds(1));
  server_.Tell(edit);
  EXPECT_THAT(Texts(), ElementsAre("message 1 (yours: yes) is now: no"));
}

TEST_F(ChangesTest, EditsAndDeletionsAreRequestsInTheCurrentRoom) {
  session_.changes().Edit(9, "no");
  const auto edit = server_.Expect<protocol::Edit>();
  EXPECT_EQ(edit.room, "lobby");
  EXPECT_EQ(edit.seq, 9U);
  EXPECT_EQ(edit.text, "no");
  session_.changes().Delete(9);
  EXPECT_EQ(server_.Expect<protocol::Delete>().seq, 9U);
  server_.Reply(ErrorOf(ErrorCode::kForbidden, "only the author, hosts and admins may do that"));
  EXPECT_THAT(Texts(), ElementsAre("/delete: only the author, hosts and admins may do that"));
}

TEST_F(ChangesTest, AReactionThatIsThereIsTakenBack) {
  session_.changes().React(8, "\U0001F44D");
  EXPECT_TRUE(server_.Expect<protocol::React>().on);
  auto reaction = Change(8, 1, "shall we begin?");
  reaction.state.reactions = {{"\U0001F44D", 1, {"author-of-ann"}}};
  server_.Tell(reaction);
  session_.changes().React(8, "\U0001F44D");
  EXPECT_FALSE(server_.Expect<protocol::React>().on);
}

// It names the first authors only; a reply marks it for the one who reacted, and an event does not.
TEST_F(ChangesTest, AReactionBeyondTheNamedAuthorsIsTakenBackToo) {
  auto reaction = Change(8, 1, "shall we begin?");
  reaction.state.reactions = {{"\U0001F44D", 51, {"author-of-bob"}, true}};
  server_.Tell(reaction);
  reaction.state = {.rev = 2, .reactions = {{"\U0001F44D", 52, {"author-of-bob"}}}};
  server_.Tell(reaction);
  session_.changes().React(8, "\U0001F44D");
  EXPECT_FALSE(server_.Expect<protocol::React>().on);
  session_.changes().React(8, "\U0001F44D");
  EXPECT_TRUE(server_.Expect<protocol::React>().on);
}

TEST_F(ChangesTest, TheUsersPollIsShownWithItsNumber) {
  session_.changes().AskAll("Lunch?", {"Soup", "Rice"});
  const auto poll = server_.Expect<protocol::NewPoll>();
  EXPECT_EQ(poll.question, "Lunch?");
  EXPECT_THAT(poll.options, ElementsAre("Soup", "Rice"));
  server_.Reply(protocol::Ok{"lobby", 10, {}});
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].number, 1U);
  ASSERT_TRUE(notices[0].poll);
  EXPECT_EQ(*notices[0].poll, Lunch({0, 0}));
}

TEST_F(ChangesTest, TheUsersVoteShowsTheBars) {
  PutPoll(10);
  session_.changes().Vote(10, {1});
  EXPECT_THAT(server_.Expect<protocol::Vote>().choices, ElementsAre(1));
  server_.Reply(protocol::Ok{"lobby", 10, {}, 1});
  auto votes = Change(10, 1);
  votes.state.poll = Lunch({0, 1});
  server_.Tell(votes);
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  ASSERT_TRUE(notices[0].poll);
  EXPECT_EQ(notices[0].poll->mine, std::vector<std::size_t>{1});
}

TEST_F(ChangesTest, AVoteOnAMessageWithoutAPollIsNotSent) {
  session_.changes().Vote(9, {0});
  session_.changes().Close(9);
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Texts(),
              ElementsAre("/vote: that message is not a poll", "/close: that message is not a poll"));
}

TEST_F(ChangesTest, OfManyVotesALineIsShownNowAndThenAndTheEnd) {
  PutPoll(10);
  const WallTime start(std::chrono::seconds(100));
  for (std::size_t i = 1; i <= 9; ++i) {
    auto votes = Change(10, i);
    votes.time = start + std::chrono::seconds(i);
    votes.state.poll = Lunch({i, 0});
    server_.Tell(votes);
  }
  EXPECT_THAT(Texts(), ElementsAre("poll 1 (Lunch?): Soup 1, Rice 0", "poll 1 (Lunch?): Soup 6, Rice 0"));
  auto end = Change(10, 10);
  end.time = start + std::chrono::seconds(10);
  end.state.poll = Lunch({9, 0});
  end.state.poll->closed = true;
  server_.Tell(end);
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].text, "the poll is closed: Lunch?");
  EXPECT_TRUE(notices[0].poll->closed);
}

TEST_F(ChangesTest, MissedChangesAreRequestedAndShownInOrder) {
  auto seen = Change(8, 3, "three");
  seen.state.edited = WallTime(std::chrono::seconds(3));
  server_.Tell(seen);
  session_.TakeNotices();
  session_.Disconnected();
  join_ = Greet({"edit"});
  EXPECT_EQ(join_.since, 9U);
  EXPECT_EQ(join_.since_rev, 3U);
  protocol::Joined joined = JoinedTo("lobby", 9);
  joined.rev = 6;
  auto four = Change(8, 4, "four");
  four.state.edited = WallTime(std::chrono::seconds(4));
  joined.changed = {four};
  joined.changed_more = true;
  server_.Reply(joined);
  const auto page = server_.Expect<protocol::History>();
  EXPECT_EQ(page.changed_after, 4U);
  protocol::HistoryReply reply{.room = "lobby", .messages = {}, .more = false};
  auto six = Change(9, 6);
  six.state.deleted = true;
  reply.changed = {six};
  server_.Reply(reply);
  EXPECT_THAT(Texts(), ElementsAre(HasSubstr("is now: four"), "message 1 (yours: yes) was deleted"));
  session_.Disconnected();
  join_ = Greet({"edit"});
  EXPECT_EQ(join_.since_rev, 6U);
}

// An event that comes while older changes are still to come must not hide them.
TEST_F(ChangesTest, AConnectionLostBetweenTwoPagesOfChangesLosesNone) {
  session_.Disconnected();
  Greet({"edit"});
  protocol::Joined joined = JoinedTo("lobby", 9);
  joined.rev = 6;
  joined.changed = {Change(8, 4, "four")};
  joined.changed_more = true;
  server_.Reply(joined);
  server_.Tell(Change(9, 7, "seven"));
  session_.Disconnected();
  join_ = Greet({"edit"});
  EXPECT_EQ(join_.since_rev, 4U);
}

TEST_F(ChangesTest, AMessageThatIsHeldBackIsShownAsItWasChangedMeanwhile) {
  server_.Tell(MessageFrom("b", "bob", 11, "held"));
  EXPECT_EQ(server_.Expect<protocol::History>().after, 9U);
  server_.Tell(Change(11, 1, "changed"));
  server_.Tell(MessageFrom("b", "bob", 10, "missing"));
  EXPECT_THAT(Texts(), ElementsAre("missing", "changed"));
}

TEST_F(ChangesTest, InANewLogChangesCountAnew) {
  server_.Tell(Change(8, 7, "seven"));
  session_.Disconnected();
  join_ = Greet({"edit"});
  EXPECT_EQ(join_.since_rev, 7U);
  protocol::Joined joined = JoinedTo("lobby", 1);
  joined.rev = 2;
  joined.changed.emplace();
  server_.Reply(joined);
  session_.Disconnected();
  join_ = Greet({"edit"});
  EXPECT_EQ(join_.since_rev, 2U);
}

TEST_F(ChangesTest, AReplyHasTheBeginningOfWhatItAnswers) {
  auto reply = MessageFrom("b", "bob", 10, "good");
  reply.reply_to = 9;
  server_.Tell(reply);
  auto lost = MessageFrom("b", "bob", 11, "indeed");
  lost.reply_to = 1;
  server_.Tell(lost);
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].quote, "ann: yes");
  EXPECT_EQ(notices[1].quote, "an earlier message");
  session_.messaging().Reply(10, "fine");
  const auto sent = server_.Expect<protocol::Message>();
  EXPECT_EQ(sent.reply_to, 10U);
  EXPECT_EQ(sent.text, "fine");
}

TEST_F(ChangesTest, AnUnsupportedFeatureIsReportedAndNotRequested) {
  session_.Disconnected();
  Greet({});
  server_.Reply(JoinedTo("lobby", 9));
  session_.TakeNotices();
  session_.changes().Edit(9, "no");
  session_.changes().React(9, "\U0001F44D");
  session_.changes().AskAll("Lunch?", {"A", "B"});
  session_.messaging().Search("words");
  session_.messaging().Reply(9, "no");
  session_.files().Get(9, "");
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Texts(), ElementsAre("this server has no editing", "this server has no reactions",
                                   "this server has no polls", "this server has no search",
                                   "this server has no replies", "this server has no files"));
}

TEST_F(ChangesTest, SearchResultsAreShownOldestFirstWithNumbers) {
  session_.messaging().Search("two words");
  EXPECT_EQ(server_.Expect<protocol::Search>().query, "two words");
  protocol::FoundReply found{
      .room = "lobby",
      .messages = {MessageFrom("b", "bob", 7, "two more words"), MessageFrom("b", "bob", 3, "two words")},
      .more = false};
  server_.Reply(found);
  const auto notices = session_.TakeNotices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].text, "two words");
  EXPECT_EQ(notices[0].number, 7U);
  EXPECT_EQ(notices[1].number, 3U);
  session_.messaging().Search("nowhere");
  server_.Expect<protocol::Search>();
  server_.Reply(protocol::FoundReply{.room = "lobby", .messages = {}, .more = false});
  EXPECT_THAT(Texts(), ElementsAre("nothing was found"));
}

}  // namespace
}  // namespace parley::client
