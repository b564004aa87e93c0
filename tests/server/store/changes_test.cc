// What every log does when messages change, in memory and on disk.

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"
#include "tests/server/store/log_kind.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using protocol::MessageState;
using protocol::Sequence;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class ChangesTest : public testing::TestWithParam<LogKind> {
 protected:
  ChangesTest() { Open(); }

  void Open() {
    log_.reset();
    if (GetParam() == LogKind::kMemory) {
      log_ = std::make_unique<MemoryLog>(kKept);
      return;
    }
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ =
        SqliteLog::Open(folder_.path() / "messages.db", kKept, Durability::kNormal, waker_, {}, rooms, error,
                        [](std::string_view identity) { return "key of " + std::string(identity); });
    ASSERT_TRUE(log_) << error;
  }

  LogEntry Append(LogEntry entry) {
    log_->Append({std::move(entry)});
    log_->Wait();
    auto done = std::get<MessageLog::Appended>(*log_->Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.entries.front());
  }
  static LogEntry EntryOf(const std::string& who) {
    LogEntry entry;
    entry.room_key = "lab";
    entry.author_key = who;
    entry.message.from = {.id = who, .name = who, .author = "key of " + who};
    entry.message.time = WallTime(milliseconds(++now_));
    return entry;
  }
  Sequence Say(const std::string& who, const std::string& text, std::optional<std::string> id = {}) {
    LogEntry entry = EntryOf(who);
    entry.message.text = text;
    entry.message.id = std::move(id);
    return Append(std::move(entry)).message.seq;
  }
  LogEntry Answer(const std::string& who, Sequence to) {
    LogEntry entry = EntryOf(who);
    entry.message.text = "yes";
    entry.message.reply_to = to;
    return Append(std::move(entry));
  }
  Sequence Ask(const std::string& who, bool multiple = false) {
    LogEntry entry = EntryOf(who);
    entry.message.text = "Tea?";
    entry.message.state = std::make_shared<const MessageState>(
        MessageState{.poll = protocol::Poll{.question = "Tea?",
                                            .options = {"yes", "no", "later"},
                                            .multiple = multiple,
                                            .counts = {0, 0, 0}}});
    return Append(std::move(entry)).message.seq;
  }
  template <typename What>
  LogEntry ChangeBy(const std::string& who, std::optional<Sequence> seq, What what, bool leads = false) {
    LogEntry entry = EntryOf(who);
    entry.change = Change{.seq = seq, .leads = leads, .what = std::move(what)};
    return Append(std::move(entry));
  }
  LogEntry Edit(const std::string& who, Sequence seq, const std::string& text) {
    return ChangeBy(who, seq, Change::Edit{text});
  }
  LogEntry Delete(const std::string& who, Sequence seq, bool leads = false) {
    return ChangeBy(who, seq, Change::Delete{}, leads);
  }
  LogEntry React(const std::string& who, Sequence seq, const std::string& emoji, bool on = true) {
    return ChangeBy(who, seq, Change::React{emoji, on});
  }
  LogEntry Vote(const std::string& who, Sequence seq, std::vector<std::size_t> choices) {
    return ChangeBy(who, seq, Change::Vote{std::move(choices)});
  }

  protocol::Page Read(LogQuery query) {
    if (GetParam() == LogKind::kReopenedDisk) Open();  // nothing of it is in memory
    query.room_key = "lab";
    log_->Read(std::move(query));
    log_->Wait();
    auto done = std::get<MessageLog::Loaded>(*log_->Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.page);
  }
  protocol::MessageEvent Message(Sequence seq, std::string reader = {}) {
    const auto page = Read({.room_key = "lab", .before = seq + 1, .limit = 1, .reader = std::move(reader)});
    EXPECT_EQ(page.messages.size(), 1U);
    return page.messages.empty() ? protocol::MessageEvent{} : page.messages.front();
  }
  std::vector<Sequence> ChangedAfter(protocol::Revision rev, Sequence until = 1'000) {
    std::vector<Sequence> numbers;
    for (const auto& change : Read({.room_key = "lab", .changes = LogQuery::Changes{rev, until}}).changed) {
      numbers.push_back(change.seq);
    }
    return numbers;
  }

  static constexpr std::size_t kKept = 10;
  static inline int now_ = 0;
  test::TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<MessageLog> log_;
};

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

TEST_P(ChangesTest, WhoLeadsDeletesWhatOthersSaid) {
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

// --- What changed ---

TEST_P(ChangesTest, ChangesAreReadByTheirLatestRevision) {
  for (int i = 0; i < 4; ++i) Say("ana", "a");
  Edit("ana", 3, "b");
  Edit("ana", 1, "b");
  React("ben", 4, "👍");
  Edit("ana", 3, "c");
  EXPECT_THAT(ChangedAfter(0), ElementsAre(1U, 4U, 3U));
  EXPECT_THAT(ChangedAfter(2), ElementsAre(4U, 3U));
  EXPECT_THAT(ChangedAfter(2, 3), ElementsAre(3U));
  EXPECT_THAT(ChangedAfter(4), IsEmpty());
  EXPECT_THAT(ChangedAfter(~protocol::Revision{0}), IsEmpty());
}

TEST_P(ChangesTest, AChangeHasItsTimeAndTheWholeState) {
  const Sequence seq = Say("ana", "a");
  const LogEntry edit = Edit("ana", seq, "b");
  const auto changed = Read({.room_key = "lab", .changes = LogQuery::Changes{}}).changed;
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].time, edit.message.time);
  EXPECT_EQ(changed[0].text, "b");
  EXPECT_EQ(changed[0].state, *edit.message.state);
}

TEST_P(ChangesTest, ChangesAreReadInPieces) {
  for (int i = 0; i < 5; ++i) Edit("ana", Say("ana", "a"), "b");
  auto page = Read({.room_key = "lab", .changes = LogQuery::Changes{.after = 1, .limit = 3}});
  EXPECT_EQ(page.changed.size(), 3U);
  EXPECT_TRUE(page.changed_more);
  page = Read(
      {.room_key = "lab", .changes = LogQuery::Changes{.after = page.changed.back().state.rev, .limit = 3}});
  EXPECT_EQ(page.changed.size(), 1U);
  EXPECT_FALSE(page.changed_more);
}

TEST_P(ChangesTest, AtMostAReplyFullOfChanges) {
  const std::string large(limits::kTextBytes, 'x');
  for (std::size_t i = 0; i < kKept; ++i) Edit("ana", Say("ana", "a"), large + "\x01\x01");
  EXPECT_FALSE(Read({.room_key = "lab", .changes = LogQuery::Changes{}}).changed_more);
  const std::string escaped(limits::kTextBytes, '\x01');  // six bytes each
  for (Sequence seq = 1; seq <= kKept; ++seq) Edit("ana", seq, escaped);
  const auto page = Read({.room_key = "lab", .changes = LogQuery::Changes{}});
  EXPECT_TRUE(page.changed_more);
  EXPECT_EQ(page.changed.size(), limits::kReplyMessageBytes / (6 * limits::kTextBytes));
}

TEST_P(ChangesTest, WhatIsNoLongerKeptIsNotAmongTheChanges) {
  const Sequence first = Ask("ana");
  Vote("ben", first, {0});
  Edit("ana", Say("ana", "a"), "b");
  for (std::size_t i = 0; i < kKept - 1; ++i) Say("ana", "c");
  EXPECT_THAT(ChangedAfter(0), ElementsAre(2U));
  EXPECT_EQ(Vote("ben", first, {1}).refused, ErrorCode::kNoSuchMessage);
}

}  // namespace
}  // namespace parley
