// What every log does when messages change, in memory and on disk.

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "tests/server/store/changes_fixture.h"

namespace parley {
namespace {

using protocol::MessageState;
using protocol::Sequence;
using testing::ElementsAre;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Logs, ChangesTest,
                         testing::Values(LogKind::kMemory, LogKind::kDisk, LogKind::kReopenedDisk),
                         NameOfKind);

// --- Edit and delete ---

TEST_P(ChangesTest, AnEditChangesTheTextForTheAuthorOnly) {
  const Sequence seq = Say("ana", "helo");
  EXPECT_EQ(Edit("ben", seq, "boo").refused, ErrorCode::kForbidden);
  const LogEntry edit = Edit("ana", seq, "hello");
  EXPECT_TRUE(edit.stored());
  EXPECT_EQ(edit.message.text, "hello");
  EXPECT_EQ(edit.message.state->rev, 1U);
  EXPECT_EQ(edit.message.state->edited, edit.message.time);
  const auto message = Message(seq);
  EXPECT_EQ(message.text, "hello");
  EXPECT_EQ(*message.state, *edit.message.state);
}

TEST_P(ChangesTest, RevisionsCountEachRoomsChangesAndSequencesStay) {
  const Sequence first = Say("ana", "a");
  const Sequence second = Say("ana", "b");
  EXPECT_EQ(Edit("ana", second, "c").message.state->rev, 1U);
  EXPECT_EQ(Edit("ana", first, "d").message.state->rev, 2U);
  EXPECT_EQ(Say("ana", "e"), 3U);
  const auto page = Read({.room_key = "lab", .limit = 10});
  EXPECT_EQ(page.rev, 2U);
  EXPECT_EQ(page.last, 3U);
}

TEST_P(ChangesTest, AnEditToTheSameTextChangesNothing) {
  const Sequence seq = Say("ana", "hello");
  const LogEntry never = Edit("ana", seq, "hello");
  EXPECT_TRUE(never.duplicate);
  EXPECT_EQ(never.message.state, nullptr);
  Edit("ana", seq, "hi");
  const LogEntry again = Edit("ana", seq, "hi");
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.message.state->rev, 1U);
  EXPECT_EQ(Read({.room_key = "lab", .limit = 1}).rev, 1U);
}

TEST_P(ChangesTest, ADeletionLeavesThePlaceAndNothingOfWhatItSaid) {
  const Sequence seq = Ask("ana");
  React("ben", seq, "👍");
  Vote("ben", seq, {1});
  EXPECT_EQ(Delete("ben", seq).refused, ErrorCode::kForbidden);
  EXPECT_TRUE(Delete("ana", seq).stored());
  const auto message = Message(seq);
  EXPECT_EQ(message.text, "");
  EXPECT_EQ(*message.state, (MessageState{.rev = 3, .deleted = true}));
}

TEST_P(ChangesTest, AHostMayDeleteMessagesOfOthers) {
  const Sequence seq = Say("ana", "spam");
  EXPECT_TRUE(Delete("host", seq, true).stored());
  EXPECT_TRUE(Message(seq).state->deleted);
}

TEST_P(ChangesTest, ADeletedMessageAndOneThatNeverWasCannotBeChanged) {
  const Sequence seq = Say("ana", "a");
  Delete("ana", seq);
  EXPECT_EQ(Edit("ana", seq, "b").refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Delete("ana", seq).refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(React("ana", seq, "👍").refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Edit("ana", 99, "b").refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Edit("ana", 0, "b").refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Edit("ana", ~Sequence{0}, "b").refused, ErrorCode::kNoSuchMessage);
}

TEST_P(ChangesTest, AMessageThatWasDeletedIsNotStoredAgainByItsId) {
  const Sequence seq = Say("ana", "a", "id-1");
  Delete("ana", seq);
  EXPECT_EQ(Say("ana", "a", "id-1"), seq);
  EXPECT_TRUE(Message(seq).state->deleted);
}

TEST_P(ChangesTest, OnlyAMessageWithAFileCanBeEditedToAnEmptyText) {
  LogEntry entry = EntryOf("ana");
  entry.message.text = "see";
  entry.message.file =
      std::make_shared<const protocol::File>(protocol::File{"f1", "notes.txt", 3, "text/plain", "abcd"});
  const Sequence with_file = Append(std::move(entry)).message.seq;
  EXPECT_TRUE(Edit("ana", with_file, "").stored());
  EXPECT_EQ(Message(with_file).text, "");
  EXPECT_EQ(Message(with_file).file->name, "notes.txt");
  EXPECT_EQ(Edit("ana", Say("ana", "a"), "").refused, ErrorCode::kBadMessage);
}

// --- Replies ---

TEST_P(ChangesTest, AReplyNamesAMessageThatIsThere) {
  const Sequence seq = Say("ana", "tea?");
  const LogEntry answer = Answer("ben", seq);
  EXPECT_TRUE(answer.stored());
  EXPECT_EQ(Message(answer.message.seq).reply_to, seq);
  EXPECT_EQ(Answer("ben", 99).refused, ErrorCode::kNoSuchMessage);
  Delete("ana", seq);
  EXPECT_EQ(Answer("ben", seq).refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Message(answer.message.seq).reply_to, seq) << "stays";
  EXPECT_EQ(Say("ana", "next"), 3U) << "what is refused takes no number";
}

// --- Reactions ---

TEST_P(ChangesTest, ReactionsAreCountedInTheOrderInWhichTheyCame) {
  const Sequence seq = Say("ana", "a");
  React("ben", seq, "👍");
  React("cid", seq, "❤️");
  React("ana", seq, "👍");
  React("ben", seq, "👍", false);
  const auto reactions = Message(seq).state->reactions;
  ASSERT_EQ(reactions.size(), 2U);
  EXPECT_EQ(reactions[0], (protocol::Reaction{"👍", 1, {"key of ana"}}));
  EXPECT_EQ(reactions[1], (protocol::Reaction{"❤️", 1, {"key of cid"}}));
}

TEST_P(ChangesTest, TheSameReactionAgainChangesNothing) {
  const Sequence seq = Say("ana", "a");
  EXPECT_TRUE(React("ben", seq, "👍", false).duplicate);
  React("ben", seq, "👍");
  const LogEntry again = React("ben", seq, "👍");
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.message.state->rev, 1U);
}

TEST_P(ChangesTest, TheLastReactionTakenBackLeavesNone) {
  const Sequence seq = Say("ana", "a");
  React("ben", seq, "👍");
  React("ben", seq, "👍", false);
  EXPECT_EQ(*Message(seq).state, (MessageState{.rev = 2}));
}

TEST_P(ChangesTest, AtMostTwentyDifferentEmojiOfAMessage) {
  const Sequence seq = Say("ana", "a");
  for (std::size_t i = 0; i < limits::kReactionEmoji; ++i) {
    EXPECT_TRUE(React("ben", seq, "emoji " + std::to_string(i)).stored());
  }
  EXPECT_EQ(React("ben", seq, "one more").refused, ErrorCode::kBadMessage);
  EXPECT_TRUE(React("cid", seq, "emoji 3").stored());
  React("ben", seq, "emoji 7", false);
  EXPECT_TRUE(React("ben", seq, "one more").stored());
}

TEST_P(ChangesTest, AReactionNamesTheFirstFiftyAndCountsAll) {
  const Sequence seq = Say("ana", "a");
  for (std::size_t i = 0; i < limits::kReactionAuthors + 2; ++i) React("p" + std::to_string(i), seq, "👍");
  React("p0", seq, "👍", false);
  const protocol::Reaction reaction = Message(seq).state->reactions.front();
  EXPECT_EQ(reaction.count, limits::kReactionAuthors + 1);
  ASSERT_EQ(reaction.authors.size(), limits::kReactionAuthors);
  EXPECT_EQ(reaction.authors.front(), "key of p1");
  EXPECT_EQ(reaction.authors.back(), "key of p50");
}

TEST_P(ChangesTest, AReactionIsMarkedForItsAuthorAndForNobodyElse) {
  const Sequence seq = Say("ana", "a");
  for (std::size_t i = 0; i <= limits::kReactionAuthors; ++i) React("p" + std::to_string(i), seq, "👍");
  React("ben", seq, "🎉");
  const auto marked = [&](const std::string& reader) {
    // The newest ones, which a log on disk keeps in memory.
    const auto page = Read({.room_key = "lab", .limit = kKept, .reader = reader});
    std::string marks;
    for (const auto& reaction : page.messages.front().state->reactions) marks += reaction.mine ? 'x' : '.';
    return marks;
  };
  EXPECT_EQ(marked("p0"), "x.");
  EXPECT_EQ(marked("p" + std::to_string(limits::kReactionAuthors)), "x.") << "not among the authors";
  EXPECT_EQ(marked("ben"), ".x");
  EXPECT_EQ(marked(""), "..");
  React("p1", seq, "👍", false);
  React("p2", seq, "👍", false);
  EXPECT_EQ(marked("p3"), "x.") << "now all are among the authors";
  EXPECT_EQ(marked("ben"), ".x");
  EXPECT_EQ(marked("p1"), "..");
  EXPECT_EQ(marked(""), "..");
  const auto page = Read({.room_key = "lab", .changes = LogQuery::Changes{}, .reader = "ben"});
  EXPECT_TRUE(page.changed.front().state.reactions.back().mine);
}

// --- Polls ---

TEST_P(ChangesTest, VotesAreCountedAndToldToTheVoterOnly) {
  const Sequence seq = Ask("ana");
  Vote("ben", seq, {1});
  Vote("cid", seq, {1});
  Vote("cid", seq, {2});
  const auto seen = Message(seq, "ben").state->poll;
  EXPECT_THAT(seen->counts, ElementsAre(0U, 1U, 1U));
  EXPECT_EQ(seen->voters, 2U);
  EXPECT_THAT(*seen->mine, ElementsAre(1U));
  EXPECT_FALSE(Message(seq, "ana").state->poll->mine);
  EXPECT_FALSE(Message(seq).state->poll->mine);
}

TEST_P(ChangesTest, AVoteIsTakenBack) {
  const Sequence seq = Ask("ana");
  Vote("ben", seq, {0});
  EXPECT_TRUE(Vote("ben", seq, {}).stored());
  EXPECT_TRUE(Vote("ben", seq, {}).duplicate);
  const auto poll = Message(seq, "ben").state->poll;
  EXPECT_EQ(poll->voters, 0U);
  EXPECT_THAT(poll->counts, ElementsAre(0U, 0U, 0U));
  EXPECT_FALSE(poll->mine);
}

TEST_P(ChangesTest, SeveralChoicesNeedAPollThatAllowsThem) {
  EXPECT_EQ(Vote("ben", Ask("ana"), {0, 2}).refused, ErrorCode::kBadMessage);
  const Sequence seq = Ask("ana", true);
  EXPECT_TRUE(Vote("ben", seq, {0, 2}).stored());
  EXPECT_TRUE(Vote("ben", seq, {0, 2}).duplicate);
  EXPECT_EQ(Vote("ben", seq, {3}).refused, ErrorCode::kBadMessage);
  EXPECT_THAT(Message(seq).state->poll->counts, ElementsAre(1U, 0U, 1U));
}

TEST_P(ChangesTest, AClosedPollTakesNoVotes) {
  const Sequence seq = Ask("ana");
  Vote("ben", seq, {0});
  EXPECT_EQ(ChangeBy("ben", seq, Change::ClosePoll{}).refused, ErrorCode::kForbidden);
  EXPECT_TRUE(ChangeBy("ana", seq, Change::ClosePoll{}).stored());
  EXPECT_TRUE(ChangeBy("host", seq, Change::ClosePoll{}, true).duplicate);
  EXPECT_EQ(Vote("ben", seq, {1}).refused, ErrorCode::kPollClosed);
  EXPECT_TRUE(Message(seq).state->poll->closed);
}

TEST_P(ChangesTest, AMessageWithoutAPollCannotBeVotedOnOrClosedAndAPollCannotBeEdited) {
  const Sequence seq = Say("ana", "a");
  EXPECT_EQ(Vote("ben", seq, {0}).refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(ChangeBy("ana", seq, Change::ClosePoll{}).refused, ErrorCode::kNoSuchMessage);
  EXPECT_EQ(Edit("ana", Ask("ana"), "b").refused, ErrorCode::kBadMessage);
}

TEST_P(ChangesTest, AVoteWithoutAMessageIsForTheNewestOpenPoll) {
  EXPECT_EQ(ChangeBy("raw", {}, Change::Vote{{0}}).refused, ErrorCode::kNoSuchMessage);
  const Sequence open = Ask("ana");
  const Sequence closed = Ask("ana");
  ChangeBy("ana", closed, Change::ClosePoll{});
  EXPECT_EQ(ChangeBy("raw", {}, Change::Vote{{0}}).message.seq, open);
}

}  // namespace
}  // namespace parley
