// Who may change messages, what a room hears of it and when, and what a person who comes back is told.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using protocol::Action;
using protocol::Edit;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ChangesTest : public testing::Test {
 protected:
  ChangesTest() : ana_(house_.GuestIn("lab", "Ana")), ben_(house_.GuestIn("lab", "Ben")) {
    ben_.Say("lab", "helo");
    house_.Quiet();
  }
  void Ask(Person& person, const std::string& room = "lab") {
    person.Ask(protocol::NewPoll{room, "Tea?", {"yes", "no"}});
  }
  // More than are told at once.
  std::vector<Person> Fill() {
    std::vector<Person> people;
    for (std::size_t i = 0; i < limits::kPromptMembers; ++i) {
      people.push_back(house_.GuestIn("lab", "Guest " + std::to_string(i) + "x"));
    }
    house_.Quiet();
    return people;
  }

  House house_;
  Person ana_;  // host of the room
  Person ben_;
};

TEST_F(ChangesTest, WelcomeSaysWhatCanBeDone) {
  Person cid = house_.Connects();
  cid.Hello("Cid");
  EXPECT_THAT(cid.Gets<protocol::Welcome>().features, testing::IsSupersetOf({"edit", "react", "poll"}));
}

// --- Who may ---

TEST_F(ChangesTest, AnEditIsAnsweredAndThenToldToEverybody) {
  ben_.Ref("7").Ask(Edit{"lab", 1, "hello"});
  EXPECT_THAT(ben_.Hears(), ElementsAre("7: ok lab #1 @1", "lab #1 @1: hello (edited)"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab #1 @1: hello (edited)"));
}

TEST_F(ChangesTest, OnlyTheAuthorEditsAlsoFromAnotherSession) {
  ana_.Ask(Edit{"lab", 1, "boo"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error forbidden"));
  Person again = house_.ReturnsTo("lab", ben_);
  house_.Quiet();
  again.Ask(Edit{"lab", 1, "hello"});
  EXPECT_THAT(again.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1: hello (edited)"));
}

TEST_F(ChangesTest, HostsAndAuthorsDeleteOthersDoNot) {
  Person cid = house_.GuestIn("lab", "Cid");
  cid.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(cid.Hears(), ElementsAre("error forbidden"));
  ana_.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1 deleted"));
  ana_.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_message"));
}

TEST_F(ChangesTest, AnAdminDeletesInARoomWhereSomebodyElseIsHost) {
  Person root = house_.AccountIn("lab", "Root", protocol::Role::kAdmin);
  house_.Quiet();
  root.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(root.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1 deleted"));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab #1 @1 deleted"));
}

TEST_F(ChangesTest, AMutedMemberMayOnlyDeleteTheirOwnMessages) {
  Ask(ana_);
  ana_.Moderate("lab", Action::kMute, ben_);
  house_.Quiet();
  ben_.Ask(Edit{"lab", 1, "hello"});
  ben_.Ask(protocol::React{"lab", 1, "👍", true});
  Ask(ben_);
  ben_.Ask(protocol::Vote{"lab", 2, {0}});
  EXPECT_THAT(ben_.Hears(), ElementsAre("error muted", "error muted", "error muted", "error muted"));
  ben_.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1 deleted"));
}

TEST_F(ChangesTest, WhereChatIsForHostsOnlyOthersChangeNothing) {
  ana_.Allow("lab", "-chat");
  house_.Quiet();
  ben_.Ask(Edit{"lab", 1, "hello"});
  ben_.Ask(protocol::React{"lab", 1, "👍", true});
  Ask(ben_);
  EXPECT_THAT(ben_.Hears(), ElementsAre("error forbidden", "error forbidden", "error forbidden"));
  ben_.Ask(protocol::Delete{"lab", 1});
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1 deleted"));
}

TEST_F(ChangesTest, OnlyMembersOfTheRoomChangeMessages) {
  Person cid = house_.Guest("Cid");
  cid.Ask(Edit{"lab", 1, "hello"});
  cid.Ask(protocol::Delete{"lab", 1});
  Ask(cid);
  EXPECT_THAT(cid.Hears(), ElementsAre("error not_in_room", "error not_in_room", "error not_in_room"));
}

TEST_F(ChangesTest, AnEditThatCannotBeStoredIsReportedToItsAuthorOnly) {
  house_.FailLog();
  ben_.Ask(Edit{"lab", 1, "hello"});
  EXPECT_THAT(ben_.Hears(), ElementsAre("error internal"));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(ChangesTest, TheLogOrdersConcurrentChanges) {
  house_.HoldLog();
  ana_.Ask(protocol::Delete{"lab", 1});
  ben_.Ask(Edit{"lab", 1, "hello"});
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("error no_such_message", "lab #1 @1 deleted"));
}

// --- Nothing changed ---

TEST_F(ChangesTest, ARequestThatChangesNothingGetsThePresentRevisionAndSendsNoEvent) {
  ben_.Ask(Edit{"lab", 1, "helo"});
  EXPECT_THAT(ben_.Hears(), ElementsAre("ok lab #1 @0"));
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  house_.Quiet();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1 @1"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

// --- Replies ---

TEST_F(ChangesTest, AReplyNamesItsMessageAndAnUnknownOneIsRefused) {
  ana_.Ask(protocol::Message{.room = "lab", .text = "hello", .id = {}, .reply_to = 1});
  EXPECT_EQ(ben_.Gets<protocol::MessageEvent>().reply_to, 1U);
  ana_.Hears();
  ana_.Ask(protocol::Message{.room = "lab", .text = "hello", .id = {}, .reply_to = 9});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_message"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

// --- Polls ---

TEST_F(ChangesTest, APollIsAMessageWithAPlainText) {
  Ask(ana_);
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #2"));
  const auto message = ben_.Gets<protocol::MessageEvent>();
  EXPECT_EQ(message.text, "Tea?\n1) yes\n2) no");
  EXPECT_EQ(message.state->rev, 0U);
  EXPECT_EQ(message.state->poll->question, "Tea?");
  EXPECT_THAT(message.state->poll->counts, ElementsAre(0U, 0U));
}

TEST_F(ChangesTest, VotesAreCountedAndNobodyIsToldWhoseTheyAre) {
  Ask(ana_);
  house_.Quiet();
  ben_.Ask(protocol::Vote{"lab", 2, {1}});
  EXPECT_EQ(ana_.Gets<protocol::MessageChanged>().state.poll->mine, std::nullopt);
  EXPECT_EQ(ben_.Gets<protocol::MessageChanged>().state.poll->mine, std::nullopt);
  ben_.Ask(protocol::History{"lab", {}, {}});
  EXPECT_THAT(*ben_.Gets<protocol::HistoryReply>().messages[1].state->poll->mine, ElementsAre(1U));
  ana_.Ask(protocol::History{"lab", {}, {}});
  EXPECT_EQ(ana_.Gets<protocol::HistoryReply>().messages[1].state->poll->mine, std::nullopt);
}

TEST_F(ChangesTest, ItsAuthorAndHostsCloseAPoll) {
  Ask(ben_);
  Person cid = house_.GuestIn("lab", "Cid");
  cid.Ask(protocol::ClosePoll{"lab", 2});
  EXPECT_THAT(cid.Hears(), ElementsAre("error forbidden"));
  ana_.Hears();
  ana_.Ask(protocol::ClosePoll{"lab", 2});
  EXPECT_EQ(ana_.Hears().front(), "ok lab #2 @1");
  cid.Hears();
  cid.Ask(protocol::Vote{"lab", 2, {0}});
  EXPECT_THAT(cid.Hears(), ElementsAre("error poll_closed"));
}

// --- Joined within a turn, and held back ---

TEST_F(ChangesTest, ChangesOfOneMessageWithinATurnAreOneEvent) {
  ben_.Say("lab", "second");
  house_.Quiet();
  house_.HoldLog();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  ana_.Ask(protocol::React{"lab", 2, "👍", true});
  ana_.Ask(protocol::React{"lab", 1, "🎉", true});
  house_.LetLog();
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #2 @2: second 👍1", "lab #1 @3: helo 👍1 🎉1"));
}

TEST_F(ChangesTest, ReactionsOfALargeRoomAreHeldBackForAMoment) {
  const auto people = Fill();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  ben_.Ask(protocol::React{"lab", 1, "👍", true});
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1 @1"));
  house_.Pass(limits::kChangesHeld - milliseconds(1));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  EXPECT_THAT(ana_.Hears(), ElementsAre("lab #1 @2: helo 👍2"));
}

TEST_F(ChangesTest, VotesOfALargeRoomAreHeldBackForAMoment) {
  Ask(ana_);
  const auto people = Fill();
  ana_.Ask(protocol::Vote{"lab", 2, {0}});
  ben_.Ask(protocol::Vote{"lab", 2, {1}});
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #2 @1"));
  house_.Pass(limits::kChangesHeld - milliseconds(1));
  EXPECT_THAT(ana_.Hears(), IsEmpty());
  house_.Pass(milliseconds(1));
  const auto change = ana_.Gets<protocol::MessageChanged>();
  EXPECT_EQ(change.state.rev, 2U);
  EXPECT_THAT(change.state.poll->counts, ElementsAre(1U, 1U));
}

TEST_F(ChangesTest, ADelayedChangeComesBeforeAnyNewerOne) {
  const auto people = Fill();
  ben_.Say("lab", "second");
  house_.Quiet();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  ben_.Ask(Edit{"lab", 2, "third"});
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1 @1", "lab #1 @1: helo 👍1", "lab #2 @2: third (edited)"));
  house_.Pass(limits::kChangesHeld);
  EXPECT_THAT(ana_.Hears(), IsEmpty());
}

TEST_F(ChangesTest, ADelayedChangeComesBeforeAReplyWithALaterRevision) {
  const auto people = Fill();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  ben_.Ask(protocol::History{"lab", {}, {}});
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 @1: helo 👍1", "history lab #1"));
}

TEST_F(ChangesTest, ARoomOfFiftyIsToldAtOnce) {
  auto people = Fill();
  for (std::size_t i = 0; i < 2; ++i) people[i].Leave("lab");
  house_.Quiet();
  ana_.Ask(protocol::React{"lab", 1, "👍", true});
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 @1: helo 👍1"));
}

// --- Coming back ---

TEST_F(ChangesTest, WithoutChangesTheRevisionIsZero) {
  Person cid = house_.Guest("Cid");
  cid.Join("lab");
  EXPECT_EQ(cid.Gets<protocol::Joined>().rev, 0U);
}

TEST_F(ChangesTest, JoinedHasTheNewestRevisionAndPresentStates) {
  ben_.Ask(Edit{"lab", 1, "hello"});
  Person cid = house_.Guest("Cid");
  cid.Join("lab");
  const auto joined = cid.Gets<protocol::Joined>();
  EXPECT_EQ(joined.rev, 1U);
  EXPECT_EQ(joined.messages[0].text, "hello");
  EXPECT_EQ(joined.messages[0].state->rev, 1U);
  EXPECT_EQ(joined.changed, std::nullopt);
}

TEST_F(ChangesTest, WithSinceRevJoinedHasWhatChangedUpToSince) {
  ben_.Say("lab", "second");
  ben_.Say("lab", "third");
  ben_.Ask(Edit{"lab", 3, "3"});
  ben_.Ask(Edit{"lab", 1, "1"});
  ben_.Ask(Edit{"lab", 2, "2"});
  Person cid = house_.Guest("Cid");
  cid.Ask(protocol::Join{.room = "lab", .password = {}, .since = 2, .since_rev = 2});
  const auto joined = cid.Gets<protocol::Joined>();
  ASSERT_TRUE(joined.changed);
  ASSERT_THAT(*joined.changed, SizeIs(1));
  EXPECT_EQ(joined.changed->front().seq, 2U);
  EXPECT_EQ(joined.changed->front().room, "lab");
  EXPECT_FALSE(joined.changed_more);
  ASSERT_THAT(joined.messages, SizeIs(1));
  EXPECT_EQ(joined.messages[0].text, "3");
}

TEST_F(ChangesTest, SinceRevWithoutSinceIsIgnored) {
  Person cid = house_.Guest("Cid");
  cid.Ask(protocol::Join{.room = "lab", .password = {}, .since = {}, .since_rev = 0});
  EXPECT_EQ(cid.Gets<protocol::Joined>().changed, std::nullopt);
}

TEST_F(ChangesTest, HistoryPagesThroughChanges) {
  ben_.Say("lab", "second");
  ben_.Ask(Edit{"lab", 2, "2"});
  ben_.Ask(Edit{"lab", 1, "1"});
  ana_.Ask(protocol::History{"lab", {}, {}, 1, 0});
  auto reply = ana_.Gets<protocol::HistoryReply>();
  EXPECT_THAT(reply.messages, IsEmpty());
  ASSERT_TRUE(reply.changed);
  ASSERT_THAT(*reply.changed, SizeIs(1));
  EXPECT_EQ(reply.changed->front().seq, 2U);
  EXPECT_TRUE(reply.more);
  ana_.Ask(protocol::History{"lab", {}, {}, 1, 1});
  reply = ana_.Gets<protocol::HistoryReply>();
  EXPECT_EQ(reply.changed->front().seq, 1U);
  EXPECT_FALSE(reply.more);
}

// --- Raw peers ---

class RawChangesTest : public testing::Test {
 protected:
  RawChangesTest() : ana_(house_.GuestIn("lobby", "Ana")), raw_(house_.RawPeer()), other_(house_.RawPeer()) {
    house_.Quiet();
  }

  House house_;
  Person ana_;
  Person raw_;
  Person other_;
};

TEST_F(RawChangesTest, RawPeersHearEditsAndNothingOfReactionsVotesAndDeletions) {
  ana_.Say("lobby", "helo");
  ana_.Ask(protocol::NewPoll{"lobby", "Tea?", {"yes", "no"}});
  house_.Quiet();
  ana_.Ask(Edit{"lobby", 1, "hello"});
  EXPECT_THAT(raw_.Hears(), ElementsAre("bytes Ana (edited): hello\n"));
  ana_.Ask(protocol::React{"lobby", 1, "👍", true});
  ana_.Ask(protocol::Vote{"lobby", 2, {0}});
  ana_.Ask(protocol::Delete{"lobby", 1});
  EXPECT_THAT(raw_.Hears(), IsEmpty());
}

TEST_F(RawChangesTest, ALineOfARawPeerIsAVoteForTheNewestOpenPollAndRelayed) {
  ana_.Ask(protocol::NewPoll{"lobby", "Tea?", {"yes", "no"}});
  house_.Quiet();
  raw_.SendRaw("!2\n", {"!2"});
  EXPECT_THAT(other_.Hears(), ElementsAre("bytes !2\n"));
  EXPECT_THAT(ana_.Gets<protocol::MessageChanged>().state.poll->counts, ElementsAre(0U, 1U));
  raw_.SendRaw("!1,2\n", {"!1,2"});
  raw_.SendRaw("!3\n", {"!3"});
  raw_.SendRaw("!0\n", {"!0"});
  raw_.SendRaw("! 1\n", {"! 1"});
  raw_.SendRaw("!1 is best\n", {"!1 is best"});
  raw_.SendRaw("!99999999999999999999\n", {"!99999999999999999999"});
  for (const std::string& words : ana_.Hears()) EXPECT_TRUE(words.starts_with("lobby #")) << words;
  raw_.SendRaw("!1\n", {"!1"});
  EXPECT_THAT(ana_.Gets<protocol::MessageChanged>().state.poll->counts, ElementsAre(1U, 0U));
  EXPECT_THAT(raw_.Hears(), IsEmpty());
}

TEST_F(RawChangesTest, AVoteIsALineAmongOthersOfOneRead) {
  ana_.Ask(protocol::NewPoll{"lobby", "Tea?", {"yes", "no"}});
  const auto counts = [&] { return ana_.Gets<protocol::MessageChanged>().state.poll->counts; };
  house_.Quiet();
  raw_.SendRaw("hello\n!2\n", {"hello\n!2"});
  EXPECT_THAT(other_.Hears(), ElementsAre("bytes hello\n!2\n"));
  EXPECT_THAT(counts(), ElementsAre(0U, 1U));
  raw_.SendRaw("!1 \nbye\n", {"!1 \nbye"});
  EXPECT_THAT(counts(), ElementsAre(1U, 0U));
  raw_.SendRaw("!1\r\n!2\r\n", {"!1\r\n!2"});
  EXPECT_THAT(counts(), ElementsAre(0U, 1U));
  house_.Quiet();
  raw_.SendRaw("why !1\n !1\n!1 is best\n", {"why !1\n !1\n!1 is best"});
  EXPECT_THAT(ana_.Hears(), ElementsAre(testing::StartsWith("lobby #")));
}

TEST_F(RawChangesTest, SeveralChoicesOfARawPeer) {
  ana_.Ask(protocol::NewPoll{"lobby", "Tea?", {"yes", "no", "later"}, true});
  house_.Quiet();
  raw_.SendRaw("!3,1\n", {"!3,1"});
  EXPECT_THAT(ana_.Gets<protocol::MessageChanged>().state.poll->counts, ElementsAre(1U, 0U, 1U));
}

TEST_F(RawChangesTest, RawPeersHearTheResultWhenAPollCloses) {
  ana_.Ask(protocol::NewPoll{"lobby", "Tea?", {"yes", "no"}});
  raw_.SendRaw("!1\n", {"!1"});
  house_.Quiet();
  ana_.Ask(protocol::ClosePoll{"lobby", 1});
  EXPECT_THAT(raw_.Hears(), ElementsAre("bytes Ana: Tea?\n1) yes: 1\n2) no: 0\n"));
}

}  // namespace
}  // namespace parley::test
