// What every log does, in memory and on disk.

#include "server/store/message_log.h"

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

using protocol::Page;
using protocol::Sequence;
using std::chrono::milliseconds;
using test::TemporaryFolder;
using testing::IsEmpty;

LogEntry Entry(std::string room, std::string author, std::string text, std::optional<std::string> id = {},
               int time = 0) {
  LogEntry entry;
  entry.room_key = std::move(room);
  entry.author_key = std::move(author);
  entry.message.text = std::move(text);
  entry.message.id = std::move(id);
  entry.message.time = WallTime(milliseconds(time));
  return entry;
}

std::vector<Sequence> Numbers(const Page& page) {
  std::vector<Sequence> numbers;
  for (const auto& message : page.messages) numbers.push_back(message.seq);
  return numbers;
}

std::vector<Sequence> FromTo(Sequence first, Sequence last) {
  std::vector<Sequence> numbers;
  for (Sequence seq = first; seq <= last; ++seq) numbers.push_back(seq);
  return numbers;
}

class MessageLogTest : public testing::TestWithParam<LogKind> {
 protected:
  explicit MessageLogTest(std::size_t kept = 10) : kept_(kept) { Open(); }

  void Open() {
    log_.reset();
    if (GetParam() == LogKind::kMemory) {
      log_ = std::make_unique<MemoryLog>(kept_);
      return;
    }
    std::vector<RoomSettings> rooms;
    std::string error;
    log_ = SqliteLog::Open(folder_.path() / "messages.db", kept_, Durability::kNormal, waker_, {"lab"}, rooms,
                           error);
    ASSERT_TRUE(log_) << error;
  }
  MessageLog& log() { return *log_; }
  std::optional<MessageLog::Done> Take() {
    log_->Wait();
    return log_->Take();
  }

  // One batch; gives back its entries as the log did.
  std::vector<LogEntry> Append(std::vector<LogEntry> entries) {
    log().Append(std::move(entries));
    auto done = std::get<MessageLog::Appended>(*Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.entries);
  }
  LogEntry AppendOne(LogEntry entry) { return Append({std::move(entry)}).front(); }
  void AppendMany(const std::string& room, int count) {
    for (int i = 0; i < count; ++i) AppendOne(Entry(room, "ana", std::to_string(i)));
  }

  Page Read(LogQuery query) {
    if (GetParam() == LogKind::kReopenedDisk) Open();  // nothing of it is in memory
    log().Read(std::move(query));
    auto done = std::get<MessageLog::Loaded>(*Take());
    EXPECT_FALSE(done.failed);
    return std::move(done.page);
  }
  Page Newest(std::size_t limit) { return Read({"lab", {}, {}, limit}); }
  Page Before(Sequence before, std::size_t limit) { return Read({"lab", before, {}, limit}); }
  Page After(Sequence after, std::size_t limit) { return Read({"lab", {}, after, limit}); }

  const std::size_t kept_;
  TemporaryFolder folder_;
  Waker waker_;
  std::unique_ptr<MessageLog> log_;
};

INSTANTIATE_TEST_SUITE_P(Logs, MessageLogTest,
                         testing::Values(LogKind::kMemory, LogKind::kDisk, LogKind::kReopenedDisk),
                         NameOfKind);

// --- Numbers ---

TEST_P(MessageLogTest, NumbersEachRoomFromOneWithoutHoles) {
  const auto entries = Append({Entry("lab", "ana", "a"), Entry("den", "ana", "b"), Entry("lab", "ben", "c")});
  EXPECT_EQ(entries[0].message.seq, 1u);
  EXPECT_EQ(entries[1].message.seq, 1u);
  EXPECT_EQ(entries[2].message.seq, 2u);
  EXPECT_EQ(AppendOne(Entry("lab", "ana", "d")).message.seq, 3u);
}

TEST_P(MessageLogTest, GivesBackWhatItWasGivenInOrder) {
  const auto entries = Append({Entry("lab", "ana", "a", "x", 7), Entry("lab", "ben", "b")});
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].message.text, "a");
  EXPECT_EQ(entries[0].message.id, "x");
  EXPECT_EQ(entries[0].message.time, WallTime(milliseconds(7)));
  EXPECT_FALSE(entries[0].duplicate);
  EXPECT_EQ(entries[1].author_key, "ben");
}

TEST_P(MessageLogTest, DoesThingsInTheOrderTheyWereAsked) {
  EXPECT_FALSE(Take());
  log().Read({"lab", {}, {}, 10});
  log().Append({Entry("lab", "ana", "a")});
  log().Read({"lab", {}, {}, 10});
  EXPECT_THAT(std::get<MessageLog::Loaded>(*Take()).page.messages, IsEmpty());
  EXPECT_EQ(std::get<MessageLog::Appended>(*Take()).entries.size(), 1u);
  EXPECT_EQ(std::get<MessageLog::Loaded>(*Take()).page.messages.size(), 1u);
  EXPECT_FALSE(Take());
}

TEST_P(MessageLogTest, AnEmptyBatchIsDoneToo) {
  EXPECT_THAT(Append({}), IsEmpty());
}

// --- Ids ---

TEST_P(MessageLogTest, AnIdOfAnAuthorIsStoredOnceARoom) {
  AppendOne(Entry("lab", "ana", "first", "x", 1));
  AppendOne(Entry("lab", "ana", "between", {}, 2));
  const auto again = AppendOne(Entry("lab", "ana", "again", "x", 3));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.message.seq, 1u);
  EXPECT_EQ(again.message.time, WallTime(milliseconds(1)));
  EXPECT_EQ(AppendOne(Entry("lab", "ana", "next")).message.seq, 3u);
  EXPECT_EQ(Newest(10).messages.front().text, "first");
}

TEST_P(MessageLogTest, WithinOneBatchToo) {
  const auto entries =
      Append({Entry("lab", "ana", "a", "x"), Entry("lab", "ana", "a", "x"), Entry("lab", "ana", "b", "y")});
  EXPECT_FALSE(entries[0].duplicate);
  EXPECT_TRUE(entries[1].duplicate);
  EXPECT_EQ(entries[1].message.seq, 1u);
  EXPECT_EQ(entries[2].message.seq, 2u);
}

TEST_P(MessageLogTest, AnotherAuthorRoomOrIdIsNotADuplicate) {
  AppendOne(Entry("lab", "ana", "a", "x"));
  EXPECT_FALSE(AppendOne(Entry("lab", "ben", "a", "x")).duplicate);
  EXPECT_FALSE(AppendOne(Entry("den", "ana", "a", "x")).duplicate);
  EXPECT_FALSE(AppendOne(Entry("lab", "ana", "a", "y")).duplicate);
  EXPECT_FALSE(AppendOne(Entry("lab", "ana", "a")).duplicate);
  EXPECT_FALSE(AppendOne(Entry("lab", "ana", "a")).duplicate) << "the same text without an id";
}

TEST_P(MessageLogTest, AuthorAndIdAreNotRunTogether) {
  AppendOne(Entry("lab", "an", "a", "ax"));
  EXPECT_FALSE(AppendOne(Entry("lab", "ana", "a", "x")).duplicate);
}

// --- Trimming ---

TEST_P(MessageLogTest, KeepsTheNewest) {
  AppendMany("lab", 10);
  EXPECT_EQ(Newest(100).first, 1u);
  AppendMany("lab", 3);
  const Page page = Newest(100);
  EXPECT_EQ(Numbers(page), FromTo(4, 13));
  EXPECT_EQ(page.first, 4u);
  EXPECT_EQ(page.last, 13u);
  EXPECT_FALSE(page.more);
}

TEST_P(MessageLogTest, TrimsEachRoomByItself) {
  AppendMany("lab", 3);
  AppendMany("den", 50);
  EXPECT_EQ(Newest(100).messages.size(), 3u);
}

TEST_P(MessageLogTest, AnIdIsKnownAsLongAsItsMessageIsKept) {
  AppendOne(Entry("lab", "ana", "a", "x"));
  AppendMany("lab", 9);
  EXPECT_EQ(AppendOne(Entry("lab", "ana", "a", "x")).message.seq, 1u);
  AppendMany("lab", 1);  // the first one goes
  const auto again = AppendOne(Entry("lab", "ana", "a", "x"));
  EXPECT_FALSE(again.duplicate);
  EXPECT_EQ(again.message.seq, 12u);
  EXPECT_EQ(AppendOne(Entry("lab", "ana", "a", "x")).message.seq, 12u) << "and known again";
}

TEST_P(MessageLogTest, ADuplicateInATrimmedRoomIsFoundAtItsPlace) {
  AppendMany("lab", 25);
  AppendOne(Entry("lab", "ana", "a", "x", 5));
  AppendMany("lab", 4);
  const auto again = AppendOne(Entry("lab", "ana", "a", "x", 9));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.message.seq, 26u);
  EXPECT_EQ(again.message.time, WallTime(milliseconds(5)));
}

// --- Pages ---

TEST_P(MessageLogTest, ARoomThatNeverWasHasNothing) {
  const Page page = Newest(50);
  EXPECT_THAT(page.messages, IsEmpty());
  EXPECT_FALSE(page.more);
  EXPECT_EQ(page.first, 1u);
  EXPECT_EQ(page.last, 0u);
  EXPECT_THAT(Before(5, 50).messages, IsEmpty());
  EXPECT_THAT(After(0, 50).messages, IsEmpty());
  EXPECT_FALSE(After(5, 50).more);
}

TEST_P(MessageLogTest, NewestComesOldestFirst) {
  AppendMany("lab", 10);
  EXPECT_EQ(Numbers(Newest(3)), FromTo(8, 10));
  EXPECT_TRUE(Newest(3).more);
  EXPECT_EQ(Numbers(Newest(10)), FromTo(1, 10));
  EXPECT_FALSE(Newest(10).more);
}

TEST_P(MessageLogTest, BeforeGoesBackwards) {
  AppendMany("lab", 15);  // 6 to 15 are kept
  EXPECT_EQ(Numbers(Before(15, 3)), FromTo(12, 14));
  EXPECT_TRUE(Before(15, 3).more);
  EXPECT_EQ(Numbers(Before(9, 3)), FromTo(6, 8));
  EXPECT_FALSE(Before(9, 3).more) << "there are none further back";
  EXPECT_EQ(Numbers(Before(7, 3)), FromTo(6, 6));
  EXPECT_THAT(Numbers(Before(6, 3)), IsEmpty());
  EXPECT_THAT(Numbers(Before(2, 3)), IsEmpty()) << "no longer kept";
  EXPECT_FALSE(Before(2, 3).more);
  EXPECT_THAT(Numbers(Before(0, 3)), IsEmpty());
}

TEST_P(MessageLogTest, BeforeBeyondTheEndIsTheNewest) {
  AppendMany("lab", 5);
  EXPECT_EQ(Numbers(Before(6, 2)), FromTo(4, 5));
  EXPECT_EQ(Numbers(Before(~Sequence{0}, 2)), FromTo(4, 5));
}

TEST_P(MessageLogTest, AfterGoesForwards) {
  AppendMany("lab", 15);  // 6 to 15 are kept
  EXPECT_EQ(Numbers(After(8, 3)), FromTo(9, 11));
  EXPECT_TRUE(After(8, 3).more);
  EXPECT_EQ(Numbers(After(12, 3)), FromTo(13, 15));
  EXPECT_FALSE(After(12, 3).more);
  EXPECT_EQ(Numbers(After(14, 3)), FromTo(15, 15));
  EXPECT_EQ(Numbers(After(0, 3)), FromTo(6, 8)) << "from the oldest that is kept";
  EXPECT_EQ(After(0, 3).first, 6u);
}

TEST_P(MessageLogTest, AfterBeyondTheEndIsTheEnd) {
  AppendMany("lab", 5);
  for (const Sequence after : {Sequence{5}, Sequence{6}, ~Sequence{0}}) {
    EXPECT_THAT(Numbers(After(after, 3)), IsEmpty());
    EXPECT_FALSE(After(after, 3).more);
    EXPECT_EQ(After(after, 3).last, 5u);
  }
}

// --- Files ---

LogEntry WithFile(LogEntry entry, const std::string& id) {
  entry.message.file = std::make_shared<const protocol::File>(
      protocol::File{id, "a \"b\".txt", 1ULL << 40U, "text/plain", "abcd"});
  return entry;
}

TEST_P(MessageLogTest, AFileIsKeptWithItsMessage) {
  AppendOne(Entry("lab", "ana", "one"));
  AppendOne(WithFile(Entry("lab", "ana", ""), "f1"));
  const Page page = Newest(5);
  ASSERT_EQ(page.messages.size(), 2U);
  EXPECT_EQ(page.messages.front().file, nullptr);
  const protocol::FileRef file = page.messages.back().file;
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(page.messages.back().text, "");
  EXPECT_EQ(file->id, "f1");
  EXPECT_EQ(file->name, "a \"b\".txt");
  EXPECT_EQ(file->size, 1ULL << 40U);
  EXPECT_EQ(file->media_type, "text/plain");
  EXPECT_EQ(file->sha256, "abcd");
  EXPECT_THAT(log().TakeGoneFiles(), IsEmpty());
}

TEST_P(MessageLogTest, TheFileOfAMessageThatLeavesTheHistoryIsGone) {
  AppendOne(WithFile(Entry("lab", "ana", ""), "f1"));
  AppendOne(WithFile(Entry("den", "ana", ""), "f2"));
  AppendMany("lab", 9);
  EXPECT_THAT(log().TakeGoneFiles(), IsEmpty());
  AppendMany("lab", 1);
  EXPECT_THAT(log().TakeGoneFiles(), testing::ElementsAre("f1"));
  AppendMany("lab", 1);
  EXPECT_THAT(log().TakeGoneFiles(), IsEmpty());
}

TEST_P(MessageLogTest, AQueryForAKnownIdStoresNothing) {
  AppendOne(Entry("lab", "ana", "one", "x"));
  LogEntry known = Entry("lab", "ana", "", "x");
  LogEntry other = Entry("lab", "ana", "", "y");
  known.only_if_known = other.only_if_known = true;
  const std::vector<LogEntry> done = Append({known, other, Entry("lab", "ana", "two", "y")});
  EXPECT_TRUE(done[0].duplicate && !done[0].refused);
  EXPECT_EQ(done[0].message.seq, 1U);
  EXPECT_EQ(done[1].refused, ErrorCode::kNoSuchFile);
  EXPECT_TRUE(done[2].stored());
  EXPECT_EQ(Numbers(Newest(5)), FromTo(1, 2));
}

// --- The size of a page ---

class MessageLogSizeTest : public MessageLogTest {
 protected:
  MessageLogSizeTest() : MessageLogTest(1'000) {
    for (int i = 0; i < 100; ++i) AppendOne(Entry("lab", "ana", std::string(limits::kTextBytes, 'x')));
  }

  static std::size_t Bytes(const Page& page) {
    std::size_t bytes = 0;
    for (const auto& message : page.messages) bytes += protocol::EncodedSizeBound(message);
    return bytes;
  }
};

INSTANTIATE_TEST_SUITE_P(Logs, MessageLogSizeTest,
                         testing::Values(LogKind::kMemory, LogKind::kDisk, LogKind::kReopenedDisk),
                         NameOfKind);

TEST_P(MessageLogSizeTest, APageHoldsAtMost256KiB) {
  for (const Page& page :
       {Read({"lab", {}, {}, 200}), Read({"lab", 100, {}, 200}), Read({"lab", {}, 0, 200})}) {
    EXPECT_LE(Bytes(page), limits::kReplyMessageBytes);
    EXPECT_GT(Bytes(page) + limits::kTextBytes + 1'000, limits::kReplyMessageBytes) << "no fewer than fit";
    EXPECT_TRUE(page.more);
  }
}

TEST_P(MessageLogSizeTest, MessagesAreLeftOutAtTheFarEnd) {
  const Page newest = Read({"lab", {}, {}, 200});
  EXPECT_EQ(newest.messages.back().seq, 100u);
  const Page after = Read({"lab", {}, 0, 200});
  EXPECT_EQ(after.messages.front().seq, 1u);
  EXPECT_EQ(Read({"lab", {}, after.messages.back().seq, 200}).messages.front().seq,
            after.messages.back().seq + 1);
}

TEST_P(MessageLogSizeTest, CountsWhatJsonMakesOfAText) {
  const std::string escaped(limits::kTextBytes, '\x01');  // six bytes each
  for (int i = 0; i < 3; ++i) AppendOne(Entry("den", "ana", escaped));
  EXPECT_EQ(Numbers(Read({"den", {}, {}, 200})), FromTo(2, 3));
}

TEST_P(MessageLogSizeTest, AtLeastOneMessageAlwaysComes) {
  const LogEntry huge = Entry("big", "ana", std::string(limits::kReplyMessageBytes + 1, 'x'));
  Append({huge, huge});
  EXPECT_EQ(Numbers(Read({"big", {}, {}, 200})), FromTo(2, 2));
  EXPECT_EQ(Numbers(Read({"big", {}, 0, 200})), FromTo(1, 1));
  EXPECT_TRUE(Read({"big", {}, 0, 200}).more);
}

}  // namespace
}  // namespace parley
