// What both logs find.

#include "server/store/search.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "server/store/memory_log.h"
#include "server/store/sqlite_log.h"
#include "tests/support/temporary_folder.h"

namespace parley {
namespace {

using protocol::Sequence;
using testing::ElementsAre;
using testing::IsEmpty;

LogEntry EntryOf(std::string text, std::string room = "lab") {
  LogEntry entry;
  entry.room_key = std::move(room);
  entry.author_key = "guest:1";
  entry.message = {.room = "", .time = {}, .from = {"m1", "Ana"}, .text = std::move(text), .id = {}};
  return entry;
}

class SearchTest : public testing::TestWithParam<bool> {
 protected:
  SearchTest() {
    if (GetParam()) {
      std::vector<RoomSettings> rooms;
      std::string error;
      log_ = SqliteLog::Open(folder_.path() / "messages.db", kKept, Durability::kNormal, waker_, {}, rooms,
                             error, [this](std::string_view identity) { return AuthorKey(identity); });
    } else {
      log_ = std::make_unique<MemoryLog>(kKept);
    }
  }
  void Say(std::vector<std::string> texts) {
    std::vector<LogEntry> entries;
    for (std::string& text : texts) entries.push_back(EntryOf(std::move(text)));
    log_->Append(std::move(entries));
    Next();
  }
  void Make(Change change) {
    log_->Append({ChangeOf(std::move(change))});
    Next();
  }
  static LogEntry ChangeOf(Change change) {
    LogEntry entry = EntryOf("");
    entry.change = std::move(change);
    return entry;
  }
  // How often Take had nothing to give is the number of tasks but one.
  MessageLog::Done Next() {
    for (steps_ = 1;; ++steps_) {
      log_->Wait();
      if (auto done = log_->Take()) return std::move(*done);
    }
  }
  // On disk nothing else waits, so that one task does all steps.
  void ExpectSteps(int count) const { EXPECT_EQ(steps_, GetParam() ? 1 : count); }
  // Begins to search. On disk the first step stops at the first message that it finds, and goes on when the
  // entries have been given.
  void AppendWhileSearching(std::vector<LogQuery> queries, std::vector<LogEntry> entries) {
    holds_ = GetParam();
    for (LogQuery& query : queries) log_->Read(std::move(query));
    if (GetParam()) {
      found_.wait();
    } else {
      EXPECT_FALSE(log_->Take());  // one step
    }
    log_->Append(std::move(entries));
    appended_.count_down();
  }
  std::string AuthorKey(std::string_view identity) {
    if (holds_.exchange(false)) {
      found_.count_down();
      appended_.wait();
    }
    return std::string(identity);
  }
  protocol::Page Page(LogQuery query) {
    log_->Read(std::move(query));
    return std::get<MessageLog::Loaded>(Next()).page;
  }
  LogQuery Query(std::string words, std::size_t limit = limits::kMaxFound) const {
    return {.room_key = "lab", .limit = limit, .words = std::move(words)};
  }
  std::vector<Sequence> Find(LogQuery query) {
    std::vector<Sequence> found;
    for (const auto& message : Page(std::move(query)).messages) found.push_back(message.seq);
    return found;
  }
  std::vector<Sequence> Find(std::string words) { return Find(Query(std::move(words))); }

  static constexpr std::size_t kKept = 10'000;
  test::TemporaryFolder folder_;
  Waker waker_;
  std::atomic<bool> holds_ = false;
  std::latch found_{1}, appended_{1};
  std::unique_ptr<MessageLog> log_;
  int steps_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Logs, SearchTest, testing::Bool(),
                         [](const auto& which) { return which.param ? "Disk" : "Memory"; });

TEST_P(SearchTest, FindsAWordAnywhereInTheTextTheNewestFirst) {
  Say({"homework", "nothing", "the homeworks of all"});
  EXPECT_THAT(Find("work"), ElementsAre(3, 1));
}

// One byte of the word is looked for first, the rarest of it.
TEST_P(SearchTest, FindsAWordWhereverItsRarestLetterIs) {
  Say({"quiz", "q", "the q and a quiz", "zeal", "quick quizzes", "mezzanine", "ui z"});
  EXPECT_THAT(Find("quiz"), ElementsAre(5, 3, 1));
  EXPECT_THAT(Find("eal"), ElementsAre(4));
  EXPECT_THAT(Find("zza"), ElementsAre(6));
  EXPECT_THAT(Find("z"), ElementsAre(7, 6, 5, 4, 3, 1));
  EXPECT_THAT(Find("quizzess"), IsEmpty());
}

TEST_P(SearchTest, FindsWordsBesideCharactersOfOtherKinds) {
  Say({"\u201cÖffnet\u201d das Buch \u2013 \U0001F44D 凤凰！", "l\u2019\u00e9t\u00e9 e\u0301te\u0301"});
  EXPECT_THAT(Find("\u00f6FFNET buch"), ElementsAre(1));
  EXPECT_THAT(Find("\U0001F44D"), ElementsAre(1));
  EXPECT_THAT(Find("凤凰!"), ElementsAre(1));
  EXPECT_THAT(Find("\u00c9T\u00c9"), ElementsAre(2));
}

TEST_P(SearchTest, EveryWordMustBeThereInAnyOrder) {
  Say({"page 12 of the homework", "the homework", "page 12"});
  EXPECT_THAT(Find("homework 12"), ElementsAre(1));
  EXPECT_THAT(Find("  12\thomework\n"), ElementsAre(1));
}

TEST_P(SearchTest, WordsAreComparedCaseFoldedAsNamesAre) {
  Say({"STRASSE", "stra\u00dfe", "\uff28\uff4f\uff4d\uff45work", "\u00c9t\u00e9"});
  EXPECT_THAT(Find("Stra\u00dfe"), ElementsAre(2, 1));
  EXPECT_THAT(Find("HOMEWORK"), ElementsAre(3));
  EXPECT_THAT(Find("e\u0301T\u00c9"), ElementsAre(4));
}

TEST_P(SearchTest, ChineseIsFoundByOneCharacterAndByTwo) {
  Say({"\u4eca\u5929\u7684\u4f5c\u4e1a", "\u660e\u5929\u89c1", "\u4f5c\u6587"});
  EXPECT_THAT(Find("\u4f5c"), ElementsAre(3, 1));
  EXPECT_THAT(Find("\u4f5c\u4e1a"), ElementsAre(1));
  EXPECT_THAT(Find("\u5929\u3000\u660e"), ElementsAre(2));  // a wide space
}

TEST_P(SearchTest, SignsOfPatternsStandForThemselves) {
  Say({"100%", "1000", "a_b", "axb", "\"quoted\" AND more"});
  EXPECT_THAT(Find("100%"), ElementsAre(1));
  EXPECT_THAT(Find("a_b"), ElementsAre(3));
  EXPECT_THAT(Find("\"quoted\""), ElementsAre(5));
  EXPECT_THAT(Find("*"), IsEmpty());
}

TEST_P(SearchTest, WhiteSpaceAloneFindsNothing) {
  Say({"a b"});
  EXPECT_THAT(Find(" "), IsEmpty());
}

TEST_P(SearchTest, OtherRoomsAreNotLookedAt) {
  log_->Append({EntryOf("here", "lab"), EntryOf("here", "den")});
  Next();
  EXPECT_THAT(Find("here"), ElementsAre(1));
  LogQuery nowhere = Query("here");
  nowhere.room_key = "nowhere";
  EXPECT_THAT(Find(nowhere), IsEmpty());
}

TEST_P(SearchTest, PagesOnWithBefore) {
  Say({"a", "a", "b", "a", "a"});
  const protocol::Page first = Page(Query("a", 2));
  ASSERT_EQ(first.messages.size(), 2U);
  EXPECT_EQ(first.messages.back().seq, 4U);
  EXPECT_TRUE(first.more);
  LogQuery query = Query("a", 2);
  query.before = 4;
  const protocol::Page second = Page(query);
  ASSERT_EQ(second.messages.size(), 2U);
  EXPECT_EQ(second.messages.back().seq, 1U);
  EXPECT_FALSE(second.more);
}

TEST_P(SearchTest, AReplyIsBoundedInBytesToo) {
  const std::string text(limits::kTextBytes, 'a');
  Say(std::vector<std::string>(20, text));
  const protocol::Page page = Page(Query("a"));
  EXPECT_LT(page.messages.size(), 16U);
  EXPECT_TRUE(page.more);
}

TEST_P(SearchTest, ItGoesInStepsOfSoManyMessages) {
  Say(std::vector<std::string>(limits::kSearchStepMessages * 2, "x"));
  EXPECT_THAT(Find("y"), IsEmpty());
  ExpectSteps(3);  // the last one finds the end
}

TEST_P(SearchTest, ItGoesInStepsOfSoManyBytes) {
  Say(std::vector<std::string>(2 * limits::kSearchStepBytes / limits::kTextBytes,
                               std::string(limits::kTextBytes, 'x')));
  EXPECT_THAT(Find("y"), IsEmpty());
  ExpectSteps(3);
}

// Marks, as those of Vietnamese and Hindi, take many times longer than other characters.
TEST_P(SearchTest, AStepOfTextsThatAreSlowToFoldIsShorter) {
  std::string text;
  while (text.size() < limits::kTextBytes) text += "e\u0323\u0302";
  text.resize(limits::kTextBytes - limits::kTextBytes % 5);
  Say(std::vector<std::string>(10, text));
  EXPECT_THAT(Find("y"), IsEmpty());
  ExpectSteps(3);  // five texts at once
}

// A message waits for one step, however many people search.
TEST_P(SearchTest, AMessageDuringASearchDoesNotWaitForItsEnd) {
  Say(std::vector<std::string>(limits::kSearchStepMessages * 3, "x"));
  Say({"y"});
  std::vector<LogQuery> queries;
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
    queries.push_back(Query("y"));
    queries.back().ticket = ticket;
  }
  AppendWhileSearching(std::move(queries), {EntryOf("said")});
  EXPECT_TRUE(std::holds_alternative<MessageLog::Appended>(Next()));
  EXPECT_LE(steps_, 2);
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
    EXPECT_EQ(std::get<MessageLog::Loaded>(Next()).ticket, ticket);
  }
}

TEST_P(SearchTest, AnEditedTextIsFoundByWhatItSaysNow) {
  Say({"draft", "other"});
  Make({.seq = 1, .what = Change::Edit{"final"}});
  EXPECT_THAT(Find("final"), ElementsAre(1));
  EXPECT_THAT(Find("draft"), IsEmpty());
}

TEST_P(SearchTest, ADeletedMessageIsNotFound) {
  Say({"secret", "secret too"});
  Make({.seq = 1, .what = Change::Delete{}});
  EXPECT_THAT(Find("secret"), ElementsAre(2));
}

TEST_P(SearchTest, AFoundMessageHasItsStateAtTheEndOfTheSearch) {
  Say(std::vector<std::string>(limits::kSearchStepMessages * 2, "x"));
  Say({"secret 1", "secret 2", "secret 3"});
  const Sequence last = limits::kSearchStepMessages * 2 + 3;
  // The first step finds all three, and the others come after the changes.
  AppendWhileSearching({Query("secret")},
                       {ChangeOf({.seq = last, .what = Change::Delete{}}),
                        ChangeOf({.seq = last - 1, .what = Change::Edit{"secret 2, edited"}}),
                        ChangeOf({.seq = last - 2, .what = Change::Edit{"another"}})});
  ASSERT_TRUE(std::holds_alternative<MessageLog::Appended>(Next()));
  const protocol::Page page = std::get<MessageLog::Loaded>(Next()).page;
  ASSERT_EQ(page.messages.size(), 1U);
  EXPECT_EQ(page.messages[0].text, "secret 2, edited");
}

TEST_P(SearchTest, ADroppedMessageIsNotFound) {
  Say(std::vector<std::string>(kKept, "a"));
  Say({"b"});
  Say(std::vector<std::string>(kKept, "c"));
  EXPECT_THAT(Find("b"), IsEmpty());
}

}  // namespace
}  // namespace parley
